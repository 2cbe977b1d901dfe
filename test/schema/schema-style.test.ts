import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json-schema.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';

const DIRECTORY = new URL('../../schemas/', import.meta.url);
const STREAMS = readdirSync(DIRECTORY).map((file) => file.replace(/\.json$/, ''));

/** Every field of a stream with its path; items of arrays have the array's path and `[]`. */
const fieldsOf = (fields: Readonly<Record<string, FieldSchema>>, path = ''): [string, FieldSchema][] =>
  Object.entries(fields).flatMap(([name, field]) => nested(`${path}${name}`, field));

const nested = (path: string, field: FieldSchema): [string, FieldSchema][] => [
  [path, field],
  ...(field.items ? nested(`${path}[]`, field.items) : []),
  ...(field.properties ? fieldsOf(field.properties, `${path}.`) : []),
];

describe.each(STREAMS)('schemas/%s.json', (stream) => {
  const { properties } = loadSchema(stream);
  const fields = fieldsOf(properties);
  const pathsWhere = (rule: (field: FieldSchema, path: string) => boolean): string[] =>
    fields.filter(([path, field]) => rule(field, path)).map(([path]) => path);

  test('gives each field one real type, then null', () => {
    expect(pathsWhere(({ type }, path) => path !== 'id' && type[1] !== 'null')).toEqual([]);
    expect(
      pathsWhere(({ type: [real] }) => !/^(string|integer|number|boolean|object|array)$/.test(real)),
    ).toEqual([]);
  });

  test('has a key that is never null', () => {
    expect(Object.keys(properties)[0]).toBe('id');
    expect(properties.id?.type).toEqual(['string']);
  });

  test('types the items of arrays and names the properties of objects', () => {
    expect(pathsWhere(({ type: [real], items }) => (real === 'array') !== (items !== undefined))).toEqual([]);
    expect(
      pathsWhere(({ type: [real], properties: inner }) => {
        const named = inner !== undefined && Object.keys(inner).length > 0;
        return (real === 'object') !== named;
      }),
    ).toEqual([]);
  });

  test('uses names that every target can make a column of', () => {
    const nameOf = (path: string): string => path.replaceAll('[]', '').split('.').at(-1) ?? '';

    expect(pathsWhere((_, path) => !/^_?[a-z][a-z0-9_]{0,48}$/.test(nameOf(path)))).toEqual([]);
    expect(pathsWhere((_, path) => nameOf(path).includes('__'))).toEqual([]);
  });

  test('formats strings only, and every column that is called a moment', () => {
    expect(pathsWhere(({ type: [real], format }) => format !== undefined && real !== 'string')).toEqual([]);
    expect(
      pathsWhere(
        ({ format }, path) => /(^|\.)(date_(created|updated)|\w+_at)$/.test(path) && format !== 'date-time',
      ),
    ).toEqual([]);
  });

  test('ends with the column for everything else', () => {
    expect(Object.keys(properties).at(-1)).toBe('_extra');
    expect(properties._extra?.type).toEqual(['string', 'null']);
  });

  test('is read in the order in which it is written', () => {
    const written: unknown = JSON.parse(readFileSync(new URL(`${stream}.json`, DIRECTORY), 'utf8'));

    expect(JSON.stringify(loadSchema(stream))).toBe(JSON.stringify(written));
  });
});
