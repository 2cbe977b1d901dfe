import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { FieldSchema, ObjectSchema } from '../json/schema-types.ts';

const jsonType = z.enum(['string', 'integer', 'number', 'boolean', 'object', 'array']);

const fieldSchema: z.ZodType<FieldSchema> = z.lazy(() =>
  z.strictObject({
    type: z.union([z.tuple([jsonType]), z.tuple([jsonType, z.literal('null')])]),
    format: z.enum(['date-time', 'date']).exactOptional(),
    description: z.string().exactOptional(),
    properties: z.record(z.string(), fieldSchema).exactOptional(),
    items: fieldSchema.exactOptional(),
  }),
);

const objectSchema: z.ZodType<ObjectSchema> = z.strictObject({
  type: z.literal('object'),
  description: z.string(),
  properties: z.record(z.string(), fieldSchema),
});

const loaded = new Map<string, ObjectSchema>();

/** Reads the schema of a stream from `schemas/`, once. @throws Error when the file is not a schema */
export const loadSchema = (stream: string): ObjectSchema => {
  const known = loaded.get(stream);
  if (known) return known;
  const file = `schemas/${stream}.json`;
  // The path is right for src/schema/ and for dist/schema/.
  const result = objectSchema.safeParse(
    JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')),
  );
  if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
  loaded.set(stream, result.data);
  return result.data;
};
