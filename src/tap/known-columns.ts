import { customFieldOf } from '../close/custom-fields.ts';
import type { FieldSchema, ObjectSchema } from '../json/schema-types.ts';
import type { Catalog } from '../singer/parse-catalog.ts';
import type { State } from '../singer/state.ts';
import { typeOfWord, typeWord } from '../singer/type-words.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { type CustomColumn, columnsInCatalog } from './custom-columns.ts';
import { isSmartColumn } from './smart-columns.ts';

/** How many characters of a custom field's id are kept. They are enough to tell fields apart, and keep the state short. */
const ID_CHARACTERS = 12;

/** The name of a column in a state: the beginning of a custom field's id, or else the column's own name. */
export const shortName = (column: string): string => customFieldOf(column)?.slice(0, ID_CHARACTERS) ?? column;

/** The types of a stream's custom fields and smart fields, by their short names. */
export const accountTypes = (
  { properties }: ObjectSchema,
  definition: StreamDefinition,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => customFieldOf(name) !== null || isSmartColumn(name, definition))
      .map(([name, field]) => [shortName(name), typeWord(field)]),
  );

/** The types that columns have in targets, as far as a catalog or a state shows them. */
export type KnownTypes = (stream: StreamDefinition, column: string) => FieldSchema | null;

/** The types that the last run noted in the state. */
export const typesInState =
  (state: State): KnownTypes =>
  ({ name }, column) =>
    typeOfWord(state.notes(name).columns?.types[shortName(column)] ?? '');

/** The types in a catalog. For a column that the catalog does not have, `others` is asked. */
export const typesInCatalog =
  (catalog: Catalog | null, others: KnownTypes): KnownTypes =>
  (stream, column) =>
    columnsInCatalog(catalog, stream).find(({ name }) => name === column)?.schema ?? others(stream, column);

/**
 * A column with the type that its table already has. Few targets can change the type of a column. So it keeps its first
 * type, even if the field has another one in Close now.
 */
export const keepType = (
  { name, schema }: CustomColumn,
  stream: StreamDefinition,
  known: KnownTypes,
): CustomColumn => {
  const before = known(stream, name);
  if (before === null || typeWord(before) === typeWord(schema)) return { name, schema };
  const { title, description } = schema;
  const { type, format, items } = before;
  return {
    name,
    schema: {
      type,
      ...(format === undefined ? {} : { format }),
      ...(items === undefined ? {} : { items }),
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
    },
  };
};
