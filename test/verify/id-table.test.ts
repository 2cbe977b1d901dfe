import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdTable } from '../../src/verify/id-table.ts';

describe('a table of ids', () => {
  test('finds the ids that were added, and no others', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 })), fc.string(), (ids, other) => {
        const table = new IdTable();
        for (const id of ids) table.add(id);
        const distinct = [...new Set(ids.map((id) => id.toWellFormed()))];

        expect(table.find(other)).toBe(distinct.indexOf(other));
        expect([...table.rows(() => true)].map((row) => table.id(row))).toEqual(distinct);
      }),
    );
  });

  test('keeps a hundred thousand ids, each with its own version and marks', () => {
    const table = new IdTable();
    const idOf = (number: number): string => `lead_${String(number).padStart(43, 'x')}`;
    const count = 131_072;
    for (let number = 0; number < count; number += 1) {
      const row = table.add(idOf(number));
      table.setVersion(row, number * 1e9);
      if (number % 3 === 0) table.mark(row, 5);
    }

    expect(table.size).toBe(count);
    expect(table.add(idOf(7))).toBe(7);
    for (const number of [0, 1, 2, 99_999, count - 1]) {
      expect(table.find(idOf(number))).toBe(number);
      expect(table.version(number)).toBe(number * 1e9);
      expect([table.has(number, 1), table.has(number, 4), table.has(number, 2)]).toEqual([
        number % 3 === 0,
        number % 3 === 0,
        false,
      ]);
    }
    table.unmark(0, 4);
    expect([table.has(0, 1), table.has(0, 4)]).toEqual([true, false]);
    expect(table.count((row) => table.has(row, 1))).toBe(Math.ceil(count / 3));
  });
});
