import { describe, expect, test } from 'vitest';
import { customFieldColumns, customFieldValue } from '../../src/streams/custom-field-values.ts';
import type { RowValues } from '../../src/streams/define-stream.ts';

const unknown: string[] = [];
const names = {
  byId: new Map([
    ['cf_1', 'Score'],
    ['cf_2', 'Colour'],
  ]),
  onUnknown: (id: string) => unknown.push(id),
};
const valuesOf = (row: RowValues): unknown => customFieldColumns(names).derive.custom_fields?.(row);

describe('the values of custom fields', () => {
  test.each([
    ['by id', { 'custom.cf_1': 5 }],
    ['by name', { custom: { Score: 5 } }],
    ['by id in an object', { custom: { cf_1: 5 } }],
    ['both ways', { 'custom.cf_1': 5, custom: { Score: 5 } }],
  ])('are listed once with id and name: %s', (_, row) => {
    expect(valuesOf(row)).toEqual([{ id: 'cf_1', name: 'Score', value: 5 }]);
  });

  test('that come by name only are listed with those that come by id', () => {
    const values = valuesOf({ 'custom.cf_1': 5, custom: { Score: 5, Colour: ['red'] } });

    expect(values).toEqual([
      { id: 'cf_1', name: 'Score', value: 5 },
      { id: 'cf_2', name: 'Colour', value: ['red'] },
    ]);
  });

  test('without a definition have no name, and are reported', () => {
    const values = valuesOf({ 'custom.cf_9': true });

    expect(values).toEqual([{ id: 'cf_9', name: null, value: true }]);
    expect(unknown).toEqual(['cf_9']);
  });
});

describe('two fields with the same name', () => {
  const twins = {
    byId: new Map([
      ['cf_1', 'Score'],
      ['cf_2', 'Score'],
    ]),
    onUnknown: (id: string) => unknown.push(id),
  };
  const listed = (row: RowValues): unknown => customFieldColumns(twins).derive.custom_fields?.(row);
  const columns = (row: RowValues) => ['cf_1', 'cf_2'].map((id) => customFieldValue(id, twins)(row));

  test('have their own values, and never that of the other', () => {
    const row = { 'custom.cf_2': 7, custom: { Score: 7 } };

    expect(listed(row)).toEqual([{ id: 'cf_2', name: 'Score', value: 7 }]);
    expect(columns(row)).toEqual([undefined, 7]);
  });

  test('cannot be distinguished if Close sends values by name only', () => {
    const row = { custom: { Score: 7 } };

    expect(listed(row)).toEqual([{ id: null, name: 'Score', value: 7 }]);
    expect(columns(row)).toEqual([undefined, undefined]);
  });
});

describe('the column of one custom field', () => {
  test.each([
    ['by id', { 'custom.cf_1': 5 }, 5],
    ['by name', { custom: { Score: 5 } }, 5],
    ['by id in an object', { custom: { cf_1: 5 } }, 5],
    ['a value that is null', { 'custom.cf_1': null, custom: { Score: 5 } }, null],
    ['nothing', { custom: { Colour: 'red' } }, undefined],
  ])('finds its value %s', (_, row, expected) => {
    expect(customFieldValue('cf_1', names)(row)).toBe(expected);
  });
});
