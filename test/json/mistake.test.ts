import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTooDeep } from '../../src/json/depth.ts';
import { jsonMistakeAt } from '../../src/json/mistake.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place at which a text stops being JSON', () => {
  test.each([
    ['{"a": 1, "b": tru}', 14],
    ['[1, 2', 5],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ['{1:2}', 1],
    ['[1}', 2],
    ['"a\nb"', 2],
    ['"\\x"', 1],
    ['{} {}', 3],
    ['01', 1],
    ['', 0],
  ])('%j', (text, at) => {
    expect(jsonMistakeAt(text)).toBe(at);
  });

  test('is the end of the text only if the text is JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\',
      '\\n',
      '1',
      '-',
      'null',
      ' ',
      '"a"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
          fc.json(),
        ),
        (text) => {
          // A text that is cut off also has its mistake at its end. One more character shows the difference.
          expect(jsonMistakeAt(text) === text.length && isJson(text)).toBe(isJson(text));
          expect(jsonMistakeAt(`${text}!`) === text.length || !isJson(text)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is found at any depth and in a string of any length', () => {
    expect(jsonMistakeAt('['.repeat(1_000_000))).toBe(1_000_000);
    expect(jsonMistakeAt('{"a":'.repeat(200_000))).toBe(1_000_000);
    expect(jsonMistakeAt(`"${'\\n'.repeat(5_000_000)}`)).toBe(10_000_001);
  });
});

test('brackets in strings do not make a text too deep', () => {
  expect(isTooDeep('['.repeat(200) + ']'.repeat(200))).toBe(false);
  expect(isTooDeep('['.repeat(201) + ']'.repeat(201))).toBe(true);
  expect(isTooDeep('{"a":['.repeat(101))).toBe(true);
  expect(isTooDeep(`["${'['.repeat(500)}\\"${'{'.repeat(500)}"]`)).toBe(false);
  expect(isTooDeep('[]'.repeat(500))).toBe(false);
});
