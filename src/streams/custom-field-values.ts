import { CUSTOM, customFieldOf, customKey, idInKey, isCustomKey } from '../close/custom-fields.ts';
import { DELETED_AT, EXTRA, MERGED_INTO } from '../own-columns.ts';
import type { Columns, FieldNames, RowValues } from './define-stream.ts';

/** The column of all custom values of a row, each as text. */
export const ALL_VALUES = 'custom_fields';

/** Columns for which Close has no field of the same name. */
const MADE_HERE = new Set([ALL_VALUES, EXTRA, DELETED_AT, MERGED_INTO]);

const isCustom = (column: string): boolean => customFieldOf(column) !== null;

/**
 * The fields to ask a search for. One selector brings all custom fields. Close would refuse a long list of them.
 */
export const searchFields = (columns: readonly string[]): string[] => [
  ...columns.filter((column) => !MADE_HERE.has(column) && !isCustom(column)),
  ...(columns.some((column) => column === ALL_VALUES || isCustom(column)) ? [CUSTOM] : []),
];

interface Value {
  /** Null if the value came with a name that several fields have. */
  readonly id: string | null;
  readonly name?: string;
  readonly value: unknown;
}

/** The ids of the fields with each name. Several fields may have the same name. */
const idsByName = ({ byId }: FieldNames): ReadonlyMap<string, readonly string[]> => {
  const ids = new Map<string, string[]>();
  for (const [id, name] of byId) ids.set(name, [...(ids.get(name) ?? []), id]);
  return ids;
};

/**
 * The columns of rows with custom fields. Close sends a value under the id of its field, as `custom.cf_…`. On leads it also
 * sends it under the name of the field, in `custom`. This is deprecated, so it is used only for values that do not come under
 * an id. Empty values are not sent.
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
    const known = new Set(values.map(({ id }) => id));
    for (const [key, value] of Object.entries(custom)) {
      const possible = ids.get(key) ?? [key];
      const [id = key] = possible;
      if (possible.some((one) => known.has(one))) continue;
      // If no definition has this name, its value may already be there under an id.
      if (known.size > 0 && !names.byId.has(id)) continue;
      values.push(possible.length === 1 ? { id, value } : { id: null, name: key, value });
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

/** Gives the value of one custom field, which a row may have under the field's id or its name. */
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
 * The custom values of an object inside a row, such as a lead's contact, with their ids but without names. To read the names
 * would take more requests. The stream of custom fields has them.
 */
export const embeddedValues = (object: RowValues): readonly RowValues[] =>
  Object.keys(object).flatMap((key) => {
    const id = idInKey(key);
    return id === null ? [] : [{ id, value: object[key] }];
  });
