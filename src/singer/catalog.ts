import type { FieldSchema, ObjectSchema } from '../json/schema-types.ts';

/** How a stream shows which records are new: by the date in its replication key, or not at all. */
export type Replication =
  | { readonly method: 'INCREMENTAL'; readonly key: string }
  | { readonly method: 'FULL_TABLE' };

/** The field that shows which records are new; null for a stream that is read as a whole. */
export const replicationKeyOf = (replication: Replication): string | null =>
  replication.method === 'INCREMENTAL' ? replication.key : null;

/** One stream that the tap offers, before the user chooses anything. */
export interface StreamDescription {
  readonly name: string;
  readonly keyProperties: readonly string[];
  readonly replication: Replication;
  readonly schema: ObjectSchema;
  readonly selectedByDefault: boolean;
  /** What a person who selects it should know: "costs one request per lead". */
  readonly note?: string;
  /** The top-level fields that are selected only when the user asks for them. */
  readonly fields?: Readonly<Record<string, { readonly selectedByDefault: boolean }>>;
}

/** The fields that a selection cannot remove: the keys and the replication key. */
export const automaticFields = (stream: StreamDescription): ReadonlySet<string> => {
  const key = replicationKeyOf(stream.replication);
  return new Set([...stream.keyProperties, ...(key === null ? [] : [key])]);
};

/** The catalog that discovery prints. Print it indented: Meltano hangs on a line of more than 64 KiB. */
export const describeCatalog = (streams: readonly StreamDescription[]): object => ({
  streams: streams.map((stream) => describeStream(stream, {})),
});

/** A catalog of only what was chosen. Each of these streams and fields is selected, and no other field is. */
export const describeChoice = (streams: readonly StreamDescription[]): object => ({
  streams: streams.map((stream) => describeStream(stream, { selected: true })),
});

const describeStream = (stream: StreamDescription, chosen: { readonly selected?: true }): object => {
  const { name, replication, schema } = stream;
  const key = replicationKeyOf(replication);
  const automatic = automaticFields(stream);
  return {
    tap_stream_id: name,
    stream: name,
    // These repeat the metadata below. Meltano and older tools read and write them.
    key_properties: stream.keyProperties,
    ...(key === null ? {} : { replication_key: key }),
    replication_method: replication.method,
    schema,
    metadata: [
      {
        breadcrumb: [],
        metadata: {
          inclusion: 'available',
          ...chosen,
          ...(chosen.selected ? { 'only-listed-fields': true } : {}),
          'selected-by-default': stream.selectedByDefault,
          'table-key-properties': stream.keyProperties,
          'forced-replication-method': replication.method,
          ...(key === null ? {} : { 'replication-key': key, 'valid-replication-keys': [key] }),
          'schema-name': name,
          ...(stream.note === undefined ? {} : { note: stream.note }),
        },
      },
      ...Object.entries(schema.properties).flatMap(([field, fieldSchema]) =>
        automatic.has(field)
          ? [describeField([field], fieldSchema, { inclusion: 'automatic', ...chosen })]
          : describeTree([field], fieldSchema, stream, chosen),
      ),
    ],
  };
};

/** A field and the fields inside it. Fields of list items are left out, as Meltano does not look there. */
const describeTree = (
  path: readonly string[],
  field: FieldSchema,
  stream: StreamDescription,
  chosen: { readonly selected?: true },
): readonly object[] => [
  describeField(path, field, {
    inclusion: 'available',
    ...chosen,
    'selected-by-default': stream.fields?.[path[0] ?? '']?.selectedByDefault ?? true,
  }),
  ...Object.entries(field.properties ?? {}).flatMap(([name, child]) =>
    describeTree([...path, name], child, stream, chosen),
  ),
];

const describeField = (path: readonly string[], { title }: FieldSchema, metadata: object): object => ({
  breadcrumb: path.flatMap((name) => ['properties', name]),
  metadata: { ...metadata, ...(title === undefined ? {} : { title }) },
});
