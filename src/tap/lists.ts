import type { FieldSchema } from '../json/schema-types.ts';
import { loadSchema } from '../schema/load-schema.ts';
import { automaticFields, replicationKeyOf, type StreamDescription } from '../singer/catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { costOf, sourceOf } from '../streams/requests.ts';

/** A stream as `tap-closeio streams` lists it. */
export interface ListedStream {
  readonly name: string;
  readonly selected_by_default: boolean;
  readonly replication_method: 'INCREMENTAL' | 'FULL_TABLE';
  readonly replication_key: string | null;
  readonly key_properties: readonly string[];
  readonly description: string;
  readonly read_from: string;
  readonly requests_a_run: string;
  readonly key_needs: string | null;
  readonly note: string | null;
}

export const listStreams = (definitions: readonly StreamDefinition[]): ListedStream[] =>
  definitions.map((definition) => ({
    name: definition.name,
    selected_by_default: definition.selectedByDefault ?? true,
    replication_method: definition.replication.method,
    replication_key: replicationKeyOf(definition.replication),
    key_properties: definition.keyProperties,
    description: loadSchema(definition.name).description ?? '',
    read_from: sourceOf(definition.requests),
    requests_a_run: costOf(definition.requests, definition.costsBesides),
    key_needs: definition.needs ?? null,
    note: definition.note ?? null,
  }));

/** The rows of a table for people. The first row is the header. */
export const streamRows = (listed: readonly ListedStream[]): string[][] => [
  ['STREAM', 'DEFAULT', 'EACH RUN', 'WHAT A ROW IS'],
  ...listed.map((stream) => [
    stream.name,
    stream.selected_by_default ? 'yes' : '-',
    stream.replication_key === null ? 'all rows' : 'changes',
    stream.description,
  ]),
];

/** A field as `tap-closeio fields` lists it. */
export interface ListedField {
  /** The name in patterns, such as `contacts.emails.email`. */
  readonly name: string;
  readonly type: string;
  /** The name that people use; only custom fields have one. */
  readonly title: string | null;
  readonly description: string;
  /** Whether the field is always read when its stream is read. */
  readonly automatic: boolean;
  readonly selected_by_default: boolean;
}

const wordOf = ({ type: [type], format, items }: FieldSchema): string => {
  if (format !== undefined) return format;
  if (type === 'array')
    return items?.properties === undefined ? `${items ? wordOf(items) : 'string'}s` : 'objects';
  return type;
};

/** Every field of a stream. A field that holds others is followed by them. */
export const listFields = (description: StreamDescription): ListedField[] => {
  const automatic = automaticFields(description);
  const below = (
    properties: Readonly<Record<string, FieldSchema>>,
    before: readonly string[],
  ): ListedField[] =>
    Object.entries(properties).flatMap(([name, field]) => {
      const path = [...before, name];
      const [top = ''] = path;
      const known = description.fields?.[top];
      const listed = {
        name: path.join('.'),
        type: wordOf(field),
        title: field.title ?? null,
        description: field.description ?? '',
        automatic: automatic.has(top),
        selected_by_default: known?.selectedByDefault ?? true,
      };
      return [listed, ...below(field.properties ?? field.items?.properties ?? {}, path)];
    });
  return below(description.schema.properties, []);
};

/** The rows of a table for people. The first row is the header. */
export const fieldRows = (listed: readonly ListedField[]): string[][] => [
  ['FIELD', 'TYPE', 'DESCRIPTION'],
  ...listed.map(({ name, type, description }) => [name, type, description]),
];
