import { describe, expect, test } from 'vitest';
import { cutTo, grouped, renderTable, wrap } from '../../src/terminal/columns.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567.6, '1,234,568'],
])('%d is written %s', (count, text) => {
  expect(grouped(count)).toBe(text);
});

test('a text that is too long is cut, and ends with an ellipsis', () => {
  expect(cutTo('opportunities', 8)).toBe('opportu…');
  expect(cutTo('leads', 8)).toBe('leads');
});

test('lines are broken between words, or inside a word that is longer than a line', () => {
  expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  expect(wrap('a sequence_subscription', 10)).toEqual(['a', 'sequence_s', 'ubscriptio', 'n']);
  expect(wrap('', 10)).toEqual(['']);
});

const asIs = (text: string): string => text;

describe('a table', () => {
  const rows = [
    ['stream', 'key', 'what it is'],
    ['leads', 'id', 'companies and people that are sold to'],
    ['activities', 'id', ''],
  ];

  test('has columns as wide as their widest cell, and wraps the last one', () => {
    expect(renderTable(rows, asIs, 40)).toEqual([
      'stream      key  what it is',
      'leads       id   companies and people',
      '                 that are sold to',
      'activities  id',
    ]);
  });

  test('writes a name that is too long on a line of its own', () => {
    expect(renderTable(rows, asIs, 40, 8)).toEqual([
      'stream  key  what it is',
      'leads   id   companies and people that',
      '             are sold to',
      'activities',
      '        id',
    ]);
  });

  test('of any width from 40 to 200 has no line that is longer', () => {
    for (let width = 40; width <= 200; width += 1) {
      expect(Math.max(...renderTable(rows, asIs, width).map((line) => line.length))).toBeLessThanOrEqual(
        width,
      );
    }
  });
});
