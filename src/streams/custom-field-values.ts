import { CUSTOM, customFieldOf, customKey, idInKey, isCustomKey } from '../close/custom-fields.ts';
import { DELETED_AT, EXTRA, MERGED_INTO } from '../own-columns.ts';
import type { Columns, FieldNames, RowValues } from './define-stream.ts';

/** The column of all custom values of a row, each as text. */
export const ALL_VALUES = 'custom_fields';

/** Columns that no field of the row stands behind by its own name. */
const MADE_HERE = new Set([ALL_VALUES, EXTRA, DELETED_AT, MERGED_INTO]);

const isCustom = (column: string): boolean => customFieldOf(column) !== null;

/**
 * The fields to ask a search for. One selector brings all custom fields; a list of them is refused when it gets long.
 */
export const searchFields = (columns: readonly string[]): string[] => [
  ...columns.filter((column) => !MADE_HERE.has(column) && !isCustom(column)),
  ...(columns.some((column) => column === ALL_VALUES || isCustom(column)) ? [CUSTOM] : []),
];

interface Value {
  /** Null where a value came by name, and several fields have that name. */
  readonly id: string | null;
  readonly name?: string;
  readonly value: unknown;
}

/** The fields of each name: nothing keeps people from calling two alike. */
const idsByName = ({ byId }: FieldNames): ReadonlyMap<string, readonly string[]> => {
  const ids = new Map<string, string[]>();
  for (const [id, name] of byId) ids.set(name, [...(ids.get(name) ?? []), id]);
  return ids;
};

/**
 * The columns of rows with custom fields. Close sends them twice: as `custom.cf_…` by id, which lasts, and on leads as
 * `custom` by name, which is deprecated and only used for what the other has not. Empty ones are not sent.
 */
export const customFieldColumns = (names: FieldNames): Required<Pick<Columns, 'derive' | 'consumed'>> => {
  const ids = idsByName(names);
  const valuesOf = (row: RowValues): readonly Value[] => {
    const values: Value[] = [];
    for (const key of Object.keys(row)) {
      const id = idInKey(key);
      if (id !== null) values.push({ id, value: row[key] });
    }
    const { custom } = row;
    if (typeof custom !== 'object' || custom === null) return values;
    const lasting = new Set(values.map(({ id }) => id));
    for (const [key, value] of Object.entries(custom)) {
      const meant = ids.get(key) ?? [key];
      const [id = key] = meant;
      if (meant.some((one) => lasting.has(one))) continue;
      // A name that cannot be told from an id may be that of a value which is there already.
      if (lasting.size > 0 && !names.byId.has(id)) continue;
      values.push(meant.length === 1 ? { id, value } : { id: null, name: key, value });
    }
    return values;
  };
  return {
    derive: {
      custom_fields: (row) =>
        valuesOf(row).map(({ id, name: given, value }) => {
          const name = given ?? names.byId.get(id ?? '') ?? null;
          if (id !== null && name === null) names.onUnknown(id, row);
          return { id, name, value };
        }),
    },
    consumed: isCustomKey,
  };
};

/** The value of one custom field, wherever the row has it. */
export const customFieldValue = (id: string, names: FieldNames): ((row: RowValues) => unknown) => {
  const called = names.byId.get(id);
  const name = called !== undefined && idsByName(names).get(called)?.length === 1 ? called : undefined;
  return (row) => {
    const value = row[customKey(id)];
    const { custom } = row;
    if (value !== undefined || typeof custom !== 'object' || custom === null) return value;
    const named = new Map(Object.entries(custom));
    return named.get(id) ?? (name === undefined ? undefined : named.get(name));
  };
};

/**
 * The values of an object inside a row, such as a lead's contact, by id alone: to read the definitions of another kind
 * of object for their names would cost requests, and the table of definitions has them.
 */
export const embeddedValues = (object: RowValues): readonly RowValues[] =>
  Object.keys(object).flatMap((key) => {
    const id = idInKey(key);
    return id === null ? [] : [{ id, value: object[key] }];
  });
