import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { describeIssues } from '../json/problems.ts';

/** `true`, `"true"` and similar. The example of the protocol itself uses texts. Null says nothing. */
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', 'True', 'False'])], { error: 'must be true or false' })
  .nullish()
  .transform((value) => (typeof value === 'string' ? value.toLowerCase() === 'true' : (value ?? undefined)));

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

const names = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? undefined);

const metadataSchema = z.object({
  inclusion: text,
  selected: flag,
  'selected-by-default': flag,
  'table-key-properties': names,
  'replication-key': text,
  'replication-method': text,
  'forced-replication-method': text,
  title: z.string().optional().catch(undefined),
  // Our own key: a field is not read when neither the metadata nor the schema of the entry has it.
  'only-listed-fields': flag,
});

/** A node of an entry's schema. It describes columns that only the catalog knows, and holds the marks of old taps. */
export interface CatalogSchema {
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inclusion?: string | undefined;
  readonly selected?: boolean | undefined;
  readonly properties?: Readonly<Record<string, CatalogSchema>> | undefined;
  readonly items?: CatalogSchema | undefined;
}

const schemaNode: z.ZodType<CatalogSchema> = z.object({
  // Any other form says nothing.
  type: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  format: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  inclusion: text,
  selected: flag,
  get properties() {
    return z
      .record(z.string(), schemaNode)
      .nullish()
      .transform((value) => value ?? undefined);
  },
  // A list of schemas (tuples) has no place for a mark, so it counts as no schema.
  get items() {
    return z.union([schemaNode, z.unknown().transform(() => undefined)]).optional();
  },
});

const entrySchema = z
  .object({
    tap_stream_id: text,
    stream: text,
    selected: flag,
    key_properties: names,
    replication_key: text,
    replication_method: text,
    schema: schemaNode.nullish().transform((value) => value ?? undefined),
    metadata: z
      .array(z.object({ breadcrumb: z.array(z.string()), metadata: metadataSchema }))
      .nullish()
      .transform((value) => value ?? []),
  })
  .transform(({ tap_stream_id, stream, ...rest }, context) => {
    const name = tap_stream_id ?? stream;
    if (name !== undefined) return { ...rest, name };
    context.addIssue({ code: 'custom', path: ['tap_stream_id'], message: 'is missing' });
    return z.NEVER;
  });

const catalogSchema = z.object({ streams: z.array(entrySchema) });

/** A catalog file: what the user wants, as far as the file says it. */
export type Catalog = Readonly<z.infer<typeof catalogSchema>>;
/** One stream of a catalog file. */
export type CatalogEntry = Catalog['streams'][number];
/** What a catalog says about a stream or a field. */
export type CatalogMetadata = z.infer<typeof metadataSchema>;

/** Reads a catalog that any program or person wrote. Keys that this tap does not know are fine; wrong types are not. */
export const parseCatalog = (json: unknown, file: string): Catalog => {
  const result = catalogSchema.safeParse(json);
  if (!result.success) throw new UsageError(describeIssues(result.error.issues, file));
  return result.data;
};
