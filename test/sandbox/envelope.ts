import type { Answer } from './call.ts';
import type { Row } from './table.ts';

/** `{"data": […], "has_more": …}` from rows already written as JSON. */
export function envelope(texts: readonly string[], more: Row = {}): Answer {
  const rest = JSON.stringify(more);
  return {
    text: `{"data":[${texts.join(',')}]${rest === '{}' ? '}' : `,${rest.slice(1)}`}`,
    rows: texts.length,
  };
}

/** What `_fields` leaves of a row; `custom` stands for all custom fields, `_all` for everything. */
export function project(row: Row, fields: readonly string[] | undefined): Row {
  if (fields === undefined || fields.includes('_all')) return row;
  const wanted = new Set(fields);
  const custom = wanted.has('custom');
  return Object.fromEntries(
    Object.entries(row).filter(([key]) => wanted.has(key) || (custom && key.startsWith('custom.'))),
  );
}

/** Rows without what is the sandbox's own business (keys that begin with `$`). */
export function shown(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('$')));
}
