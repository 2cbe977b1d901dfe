/** The name of the field that asks for all custom fields. Close once sent them under this key, by their names. */
export const CUSTOM = 'custom';

const KEY = `${CUSTOM}.`;

/** The key of one custom field in a row: `custom.cf_1`. */
export const customKey = (id: string): string => `${KEY}${id}`;

/** The id of the custom field that a row has under this key; null for any other key. */
export const idInKey = (key: string): string | null => (key.startsWith(KEY) ? key.slice(KEY.length) : null);

/** Whether this key of a row holds one custom field, or all of them. */
export const isCustomKey = (key: string): boolean => key === CUSTOM || key.startsWith(KEY);

/** The beginning of the ids of custom fields. Ids of old fields begin with an l. */
const ID = /^l?cf_/;
const COLUMN = 'custom_';

/** The beginnings of the names of custom fields' columns. */
export const CUSTOM_COLUMNS: readonly string[] = [`${COLUMN}cf_`, `${COLUMN}lcf_`];

export const isCustomFieldId = (text: string): boolean => ID.test(text);

/** The part of an id that differs from field to field. */
export const tailOfId = (id: string): string => id.replace(ID, '');

/** The column of a custom field: `custom_cf_1`. */
export const customColumn = (id: string): string => `${COLUMN}${id}`;

/** The id of the custom field that a column holds; null for any other column. */
export const customFieldOf = (column: string): string | null => {
  const id = column.startsWith(COLUMN) ? column.slice(COLUMN.length) : '';
  return isCustomFieldId(id) ? id : null;
};

/** The columns that hold a custom field, each with the id of the field. */
export const customFieldsIn = (
  columns: readonly string[],
): readonly (readonly [column: string, id: string])[] =>
  columns.flatMap((column) => {
    const id = customFieldOf(column);
    return id === null ? [] : [[column, id] as const];
  });
