import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { fieldsOf, isNamed } from './fields.ts';
import { type Reference, referencesOf } from './references.ts';

const DIRECTORY = new URL('../../schemas/', import.meta.url);
const STREAMS = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

/** Sentences from a capital to a full stop, on one line, without characters that break SQL or Markdown. */
const SENTENCES = /^[A-Z][ \w.,:;()$+@/-]*\.$/;

const exists = ({ table, field }: Reference): boolean =>
  STREAMS.includes(table) &&
  fieldsOf(loadSchema(table).properties).some(({ path }) => path.replaceAll('[]', '') === field);

describe.each(STREAMS)('schemas/%s.json', (stream) => {
  const { properties, description } = loadSchema(stream);
  const fields = fieldsOf(properties);
  const pathsWhere = (rule: (field: FieldSchema, path: string) => boolean): string[] =>
    fields.filter(({ path, schema }) => rule(schema, path)).map(({ path }) => path);

  test('gives each field one type, then null', () => {
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

  test('uses names that can be columns in every target', () => {
    const nameOf = (path: string): string => path.replaceAll('[]', '').split('.').at(-1) ?? '';

    expect(pathsWhere((_, path) => !/^_?[a-z][a-z0-9_]{0,48}$/.test(nameOf(path)))).toEqual([]);
    expect(pathsWhere((_, path) => nameOf(path).includes('__'))).toEqual([]);
  });

  test('has a format for strings only, and date-time for every column with the name of a moment', () => {
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

  test('describes the table and every field in sentences that fit in the comment of a column', () => {
    const described = fields.filter(isNamed).map(({ path, schema }) => [path, schema.description ?? '']);
    const isPlain = (text = ''): boolean => text.length <= 255 && SENTENCES.test(text);

    expect(described.filter(([, text]) => !isPlain(text))).toEqual([]);
    expect(description?.length).toBeLessThanOrEqual(255);
    expect(description).toMatch(SENTENCES);
  });

  test('refers to fields that exist', () => {
    const references = fields.flatMap(({ path, schema: { description: text = '' } }) => {
      const found = referencesOf(text);
      return text.includes('References') && found.length === 0
        ? [`${path}: ${text}`]
        : found.filter((reference) => !exists(reference)).map(({ table, field }) => `${table}.${field}`);
    });

    expect(references).toEqual([]);
  });

  test('is loaded with its fields in the order of the file', () => {
    const written: unknown = JSON.parse(readFileSync(new URL(`${stream}.json`, DIRECTORY), 'utf8'));

    expect(JSON.stringify(loadSchema(stream))).toBe(JSON.stringify(written));
  });
});

/** Columns that mean the same in every table. */
const SAME = ['created_by', 'created_by_name', 'updated_by', 'updated_by_name', 'organization_id', '_extra'];

test.each(SAME)('%s is described in the same words in every table', (name) => {
  const words = STREAMS.flatMap((stream) =>
    fieldsOf(loadSchema(stream).properties)
      .filter(({ path }) => path.split('.').at(-1) === name)
      .map(({ schema }) => schema.description),
  );

  expect(words.length).toBeGreaterThan(1);
  expect(new Set(words).size).toBe(1);
});
