import { expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { readNotes } from '../../src/singer/bookmark.ts';
import { columnDigest, typeOfWord, typeWord, writeColumnNotes } from '../../src/singer/column-notes.ts';

const read = (columns: unknown) => readNotes({ columns }).columns;

test('columns are written in few characters, and read again unchanged', () => {
  const seen = new Set(['name', 'contacts.emails.email'].map(columnDigest));
  const types = { cf_2: 'numbers', cf_1: 'text' };

  const written = writeColumnNotes({ seen, types });

  expect(JSON.stringify(written)).toMatch(
    /^\{"seen":"[\w-]{8}","types":\{"cf_1":"text","cf_2":"numbers"\}\}$/,
  );
  expect(read(written)).toEqual({ seen, types });
});

test('nothing is written if there is nothing to keep, and other values count as no note', () => {
  expect(writeColumnNotes({ seen: null, types: {} })).toBeUndefined();
  expect(writeColumnNotes({ seen: new Set(), types: {} })).toEqual({ seen: '' });
  for (const other of [undefined, null, 7, 'abc', []]) expect(read(other)).toBeNull();
  for (const other of [{}, { seen: 'abc', types: { a: 1 } }, { seen: ['a'] }]) {
    expect(read(other)).toEqual({ seen: null, types: {} });
  }
});

const field = (type: FieldSchema['type'][0], format?: 'date' | 'date-time'): FieldSchema => ({
  type: [type, 'null'],
  ...(format === undefined ? {} : { format }),
});

test.each([
  ['text', field('string')],
  ['number', field('number')],
  ['integer', field('integer')],
  ['boolean', field('boolean')],
  ['date', field('string', 'date')],
  ['moment', field('string', 'date-time')],
])('%s is a type, and so is a list of it', (word, schema) => {
  const list: FieldSchema = { type: ['array', 'null'], items: schema };

  expect([typeWord(schema), typeWord(list)]).toEqual([word, `${word}s`]);
  expect([typeOfWord(word), typeOfWord(`${word}s`)]).toEqual([schema, list]);
});

test.each(['', 's', 'gone', 'constructor', 'textss'])('%j is not a type', (word) => {
  expect(typeOfWord(word)).toBeNull();
});
