import { readFileSync } from 'node:fs';
import type { ObjectSchema } from '../json/schema-types.ts';

const loaded = new Map<string, ObjectSchema>();

/** Reads the schema of a stream from `schemas/`, once. It is not checked here: the tests check the form of each file. */
export const loadSchema = (stream: string): ObjectSchema => {
  const known = loaded.get(stream);
  if (known) return known;
  // The path is right for src/schema/ and for dist/schema/.
  const file = new URL(`../../schemas/${stream}.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as ObjectSchema;
  loaded.set(stream, schema);
  return schema;
};
