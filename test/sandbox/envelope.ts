import type { Answer } from './call.ts';
import { askedFor } from './rows/by-name.ts';
import type { SandboxOptions } from './sandbox-options.ts';
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
  if (fields === undefined) return row;
  const wanted = new Set(fields);
  const asked = askedFor(row, wanted);
  if (wanted.has('_all')) return { ...row, ...asked };
  const custom = wanted.has('custom');
  const kept = Object.entries(row).filter(
    ([key]) => wanted.has(key) || (custom && key.startsWith('custom.')),
  );
  return { ...Object.fromEntries(kept), ...asked };
}

/** A row without the fields that Close has stopped sending. */
export function sent(row: Row, kind: string, { unsentFields }: Pick<SandboxOptions, 'unsentFields'>): Row {
  if (unsentFields.length === 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([key]) => !unsentFields.includes(`${kind}.${key}`)));
}

/** Rows without what is the sandbox's own business (keys that begin with `$`). */
export function shown(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('$')));
}
