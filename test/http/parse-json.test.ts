import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/http/parse-json.ts';

/** What every text in the value has become, by the plainest means. */
const repaired = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (Array.isArray(value)) return value.map(repaired);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [String(repaired(key)), repaired(child)]),
  );
};

describe('parseJson', () => {
  test.each([
    ['half a pair, the first', String.raw`"a\ud83db"`, 'a\ufffdb'],
    ['half a pair, the second', String.raw`"a\ude00b"`, 'a\ufffdb'],
    ['halves in the wrong order', String.raw`"\ude00\ud83d"`, '\ufffd\ufffd'],
    ['two first halves before a second', String.raw`"\ud83d\ud83d\ude00"`, '\ufffd😀'],
    ['half a pair in capitals', String.raw`"\uD83D"`, '\ufffd'],
    ['half a pair after an escaped backslash', String.raw`"\\ud83d\ude00"`, '\\ud83d\ufffd'],
    ['half a pair before an escaped backslash', String.raw`"\ud83d\\ude00"`, '\ufffd\\ude00'],
    ['a NUL', String.raw`"a\u0000b"`, 'ab'],
    ['a NUL between the halves of a pair', String.raw`"\ud83d\u0000\ude00"`, '😀'],
  ])('repairs %s', (_, text, expected) => {
    const value = parseJson(text);

    expect(value).toBe(expected);
  });

  test.each([
    ['pairs', String.raw`"\ud83d\ude00\uD83D\uDE00"`, '😀😀'],
    ['raw text beyond the basic plane', '"😀"', '😀'],
    [
      'escaped backslashes before what looks like an escape',
      String.raw`"\\u0000 \\ud83d"`,
      '\\u0000 \\ud83d',
    ],
    ['the replacement character', String.raw`"\ufffd"`, '\ufffd'],
    ['other control characters', String.raw`"\u0001\u001f\t"`, '\u0001\u001f\t'],
  ])('leaves %s as they are', (_, text, expected) => {
    const value = parseJson(text);

    expect(value).toBe(expected);
  });

  test('repairs keys as well, at any depth', () => {
    const text = String.raw`{"data": [{"na\u0000me": ["x\ud800"], "n": 1.5, "t": true, "z": null}]}`;

    const value = parseJson(text);

    expect(value).toEqual({ data: [{ name: ['x\ufffd'], n: 1.5, t: true, z: null }] });
  });

  test('keeps a key named __proto__ a key', () => {
    const value = parseJson(String.raw`{"__proto__": "\u0000x"}`);

    expect(Object.entries(value as object)).toEqual([['__proto__', 'x']]);
  });

  test.each(['', '<html>', '{', '{"a": 1,}'])('throws a SyntaxError for %j', (text) => {
    const parsing = (): unknown => parseJson(text);

    expect(parsing).toThrow(SyntaxError);
  });

  test('finds everything to repair, however it is written, and changes nothing else', () => {
    const piece = fc.constantFrom(
      '\\ud83d',
      '\\ude00',
      '\\uDBFF',
      '\\udc00',
      '\\\\',
      '\\u0000',
      'u0000',
      'ud83d',
      'a',
      '😀',
      '\\n',
      '\\"',
    );
    const written = fc.array(piece, { maxLength: 8 }).map((pieces) => `"${pieces.join('')}"`);
    const text = fc.oneof(
      written,
      // Plain keys: JSON.parse itself, which is to tell what is right, mistakes escaped ones on Node 26.
      fc
        .array(fc.tuple(written, written))
        .map((all) => `{${all.map(([a, b], index) => `"k${index}":[${a},${b}]`).join(',')}}`),
    );

    fc.assert(
      fc.property(text, (json) => {
        expect(parseJson(json)).toEqual(repaired(JSON.parse(json)));
      }),
      { numRuns: 3_000 },
    );
  });
});
