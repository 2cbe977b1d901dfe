import type { FieldSchema } from '../../src/json/schema-types.ts';

/** A field of a table, with its path: `attendees[].email`. The items of a list have the path `attendees[]`. */
export interface Field {
  readonly path: string;
  readonly schema: FieldSchema;
}

/** Every field of a table, and every item of a list, in the order of the schema. */
export const fieldsOf = (properties: Readonly<Record<string, FieldSchema>>, before = ''): readonly Field[] =>
  Object.entries(properties).flatMap(([name, schema]) => nested(`${before}${name}`, schema));

const nested = (path: string, schema: FieldSchema): readonly Field[] => [
  { path, schema },
  ...(schema.items ? nested(`${path}[]`, schema.items) : []),
  ...(schema.properties ? fieldsOf(schema.properties, `${path}.`) : []),
];

/** The fields that have a name. The items of a list have none. */
export const isNamed = ({ path }: Field): boolean => !path.endsWith('[]');
