import type { Columns, FieldNames } from './define-stream.ts';

const PREFIX = 'custom.';

const textOf = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Columns that no field of the row stands behind by its own name. */
const MADE_HERE = new Set(['custom_fields', '_extra', '_sdc_deleted_at']);
const isCustom = (column: string): boolean => /^custom_l?cf_/.test(column);

/**
 * The fields to ask a search for. One selector brings all custom fields; a list of them is refused when it gets long.
 */
export const searchFields = (columns: readonly string[]): string[] => [
  ...columns.filter((column) => !MADE_HERE.has(column) && !isCustom(column)),
  ...(columns.some((column) => column === 'custom_fields' || isCustom(column)) ? ['custom'] : []),
];

/**
 * The columns of rows with custom fields. Close sends them twice: as `custom.cf_…` by id, which lasts, and on leads as
 * `custom` by name, which is deprecated and only used where the other is missing. Empty ones are not sent.
 */
export const customFieldColumns = (names: FieldNames): Required<Columns> => ({
  derive: {
    custom_fields: (row) => {
      const byId = Object.keys(row)
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => ({ id: key.slice(PREFIX.length), value: row[key] }));
      const found = byId.length > 0 ? byId : byName(row.custom, names);
      return found.map(({ id, value }) => ({ id, name: names.get(id) ?? null, value: textOf(value) }));
    },
  },
  consumed: (key) => key === 'custom' || key.startsWith(PREFIX),
});

const byName = (custom: unknown, names: FieldNames): { id: string; value: unknown }[] => {
  if (typeof custom !== 'object' || custom === null) return [];
  const ids = new Map([...names].map(([id, name]) => [name, id]));
  return Object.entries(custom).map(([key, value]) => ({ id: ids.get(key) ?? key, value }));
};
