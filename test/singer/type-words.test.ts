import { expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { typeOfWord, typeWord } from '../../src/singer/type-words.ts';

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
