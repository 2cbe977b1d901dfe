import type { Answer } from './call.ts';
import { askedFor } from './rows/by-name.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import type { Row } from './table.ts';

/** Makes `{"data": […], "has_more": …}` from rows that are already JSON. */
export function envelope(texts: readonly string[], more: Row = {}): Answer {
  const rest = JSON.stringify(more);
  return {
    text: `{"data":[${texts.join(',')}]${rest === '{}' ? '}' : `,${rest.slice(1)}`}`,
    rows: texts.length,
  };
}

/** The fields of a row that `_fields` names. `custom` means all custom fields, and `_all` means all fields. */
export function project(row: Row, fields: readonly string[] | undefined): Row {
  if (fields === undefined) return row;
  const wanted = new Set(fields);
  const asked = askedFor(row, wanted);
  if (wanted.has('_all')) return { ...row, ...asked };
  const custom = wanted.has('custom');
  const kept = Object.keys(row).filter((key) => wanted.has(key) || (custom && key.startsWith('custom.')));
  return { ...Object.fromEntries(kept.map((key) => [key, row[key]])), ...asked };
}

/** A row without the fields that Close has stopped sending. */
export function sent(row: Row, kind: string, { unsentFields }: Pick<SandboxOptions, 'unsentFields'>): Row {
  if (unsentFields.length === 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([key]) => !unsentFields.includes(`${kind}.${key}`)));
}

/** Rows without the sandbox's own keys, which begin with `$`. */
export function shown(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('$')));
}
