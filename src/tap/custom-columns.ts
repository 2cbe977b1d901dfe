import { customColumn, customFieldOf } from '../close/custom-fields.ts';
import type { Row } from '../close/row.ts';
import { type FieldSchema, type JsonType, nullable } from '../json/schema-types.ts';
import type { Catalog } from '../singer/parse-catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { CUSTOM_FIELD_TYPES } from './custom-field-types.ts';
import { describeCustomField, MOST_CHARACTERS } from './describe-custom-field.ts';
import { isSmartColumn } from './smart-columns.ts';

/** The column of a custom field or smart field. */
export interface CustomColumn {
  readonly name: string;
  readonly schema: FieldSchema;
}

/**
 * The column of a custom field's definition, `custom_cf_…`. Its name has the field's id, which stays the same when the field
 * is renamed. The schema's title and description have the name that people use.
 * @param most how many characters the description may have
 * @returns null if targets could not make a column with this id
 */
export const columnOf = (definition: Row, most = MOST_CHARACTERS): CustomColumn | null => {
  if (!/^\w{1,56}$/.test(definition.id)) return null;
  // A new type of Close becomes text.
  const one = CUSTOM_FIELD_TYPES.get(definition.type)?.schema ?? nullable('string');
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
    return { type: ['array', 'null'], items: node.items ? schemaOf(node.items) : nullable('string') };
  const { format } = node;
  return nullable(
    type,
    type === 'string' && (format === 'date' || format === 'date-time') ? format : undefined,
  );
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
