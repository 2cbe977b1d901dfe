import { customColumn, customFieldOf } from '../close/custom-fields.ts';
import type { Row } from '../close/row.ts';
import type { FieldSchema, JsonType } from '../json/schema-types.ts';
import type { Catalog } from '../singer/catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { describeCustomField, MOST_CHARACTERS } from './describe-custom-field.ts';
import { isSmartColumn } from './smart-columns.ts';

/** One custom field as a column of its own. */
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

/** A type that is not listed here is text; so is a new one in future. */
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
 * The column of a definition: `custom_cf_…`, named by the field's id, which stays when the field is renamed. What
 * people call it is in the schema's title and description.
 * @param most characters of the description
 * @returns null for an id that no target would take for a column
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
 * The columns of a stream that discovery has added to a catalog, with the types and descriptions it gave them. A run
 * does not ask Close for them. When a field's type has changed since, its column stays as it was.
 */
export const columnsInCatalog = (catalog: Catalog | null, stream: StreamDefinition): CustomColumn[] => {
  const entry = catalog?.streams.find(({ name }) => name === stream.name);
  // Older versions wrote the title only here.
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
