import { customColumn, customFieldOf } from '../close/custom-fields.ts';
import type { Row } from '../close/row.ts';
import type { FieldSchema, JsonType } from '../json/schema-types.ts';
import type { Catalog } from '../singer/parse-catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { describeCustomField, MOST_CHARACTERS } from './describe-custom-field.ts';
import { isSmartColumn } from './smart-columns.ts';

/** The column of a custom field or smart field. */
export interface CustomColumn {
  readonly name: string;
  readonly schema: FieldSchema;
}

const field = (type: JsonType, format?: 'date' | 'date-time'): FieldSchema => ({
  type: [type, 'null'],
  ...(format ? { format } : {}),
});

const TEXTS: ReadonlySet<unknown> = new Set([
  'text',
  'textarea',
  'choices',
  'user',
  'contact',
  'custom_object',
  'hidden',
]);

/** The columns of the types that are not text. Any other type becomes text, also a new one of Close. */
const TYPES: ReadonlyMap<unknown, FieldSchema> = new Map([
  ['number', field('number')],
  ['currency', field('number')],
  ['percent', field('number')],
  ['checkbox', field('boolean')],
  ['date', field('string', 'date')],
  ['datetime', field('string', 'date-time')],
]);

export const isKnownType = (type: unknown): boolean => TEXTS.has(type) || TYPES.has(type);

/**
 * The column of a custom field's definition, `custom_cf_…`. Its name has the field's id, which stays the same when the field
 * is renamed. The schema's title and description have the name that people use.
 * @param most how many characters the description may have
 * @returns null if targets could not make a column with this id
 */
export const columnOf = (definition: Row, most = MOST_CHARACTERS): CustomColumn | null => {
  if (!/^\w{1,56}$/.test(definition.id)) return null;
  const one = TYPES.get(definition.type) ?? field('string');
  const schema: FieldSchema =
    definition.accepts_multiple_values === true ? { type: ['array', 'null'], items: one } : one;
  return {
    name: customColumn(definition.id),
    schema: { ...schema, ...describeCustomField(definition, most) },
  };
};

type Node = NonNullable<Catalog['streams'][number]['schema']>;

const isType = (type: string): type is JsonType =>
  ['string', 'integer', 'number', 'boolean', 'array'].includes(type);

const schemaOf = (node: Node): FieldSchema => {
  const type = [node.type ?? []].flat().find(isType) ?? 'string';
  if (type === 'array')
    return { type: ['array', 'null'], items: node.items ? schemaOf(node.items) : field('string') };
  const { format } = node;
  return field(type, type === 'string' && (format === 'date' || format === 'date-time') ? format : undefined);
};

/**
 * The columns of a stream that discovery has added to a catalog, with the types and descriptions from then. A run does not
 * ask Close for them. If a field's type has changed since, its column stays as it was.
 */
export const columnsInCatalog = (catalog: Catalog | null, stream: StreamDefinition): CustomColumn[] => {
  const entry = catalog?.streams.find(({ name }) => name === stream.name);
  // Older versions wrote the title into the metadata only.
  const titles = new Map(
    entry?.metadata.map(({ breadcrumb, metadata }) => [breadcrumb.join('.'), metadata.title]),
  );
  return Object.entries(entry?.schema?.properties ?? {})
    .filter(([name]) => customFieldOf(name) !== null || isSmartColumn(name, stream))
    .map(([name, node]) => {
      const title = node.title ?? titles.get(`properties.${name}`);
      const words = {
        ...(title === undefined ? {} : { title }),
        ...(node.description === undefined ? {} : { description: node.description }),
      };
      return { name, schema: { ...schemaOf(node), ...words } };
    });
};
