import { expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import documented from './documented-paths.json' with { type: 'json' };

const itemOf = (field: FieldSchema): FieldSchema => (field.items ? itemOf(field.items) : field);

/** In Close's documentation, the elements of a list of scalars are called `value`. */
const holds = (field: FieldSchema, [name, ...rest]: readonly string[]): boolean => {
  if (name === undefined) return true;
  const item = itemOf(field);
  const child = item.properties?.[name];
  if (child) return holds(child, rest);
  return name === 'value' && rest.length === 0 && field.items !== undefined && item.properties === undefined;
};

test('the list is complete', () => {
  expect(Object.values(documented).flat()).toHaveLength(304);
});

test.each(Object.entries(documented))('%s has every documented column', (stream, paths) => {
  const root: FieldSchema = { type: ['object'], properties: loadSchema(stream).properties };

  const missing = paths.filter((path) => !holds(root, path.split('.')));

  expect(missing).toEqual([]);
});
