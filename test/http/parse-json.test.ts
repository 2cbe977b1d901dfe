import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/http/parse-json.ts';

/** The expected value after all repairs, made in the simplest way. */
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

  test('repairs keys too, at any depth', () => {
    const text = String.raw`{"data": [{"na\u0000me": ["x\ud800"], "n": 1.5, "t": true, "z": null}]}`;

    const value = parseJson(text);

    expect(value).toEqual({ data: [{ name: ['x\ufffd'], n: 1.5, t: true, z: null }] });
  });

  test('keeps a key that is named __proto__', () => {
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
      // Keys without escapes, since JSON.parse itself reads escaped keys wrongly on Node 26.
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

  test.each([
    ['too large for a double', '{"n": 1e400}', { n: '1e400' }],
    ['too large and negative', '[-1E+999]', ['-1E+999']],
    ['an integer beyond 2^53', '{"n":9007199254740993}', { n: '9007199254740993' }],
    ['of twenty digits', '[12345678901234567890 , 1]', ['12345678901234567890', 1]],
    [
      'with so many digits that JavaScript writes it in another form',
      '1000000000000000000001',
      '1000000000000000000001',
    ],
    ['all by itself', '1e400', '1e400'],
    ['behind an escaped quote', String.raw`["\\",1e400,"\"1e400,"]`, ['\\', '1e400', '"1e400,']],
  ])('reads a number %s as its text', (_, text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  test.each([
    ['9007199254740992', 9007199254740992],
    ['1e21', 1e21],
    ['0.1', 0.1],
    ['-0', -0],
    ['1e5', 100_000],
    ['3.14159265358979323846', Math.PI],
    ['"9007199254740993"', '9007199254740993'],
    ['"[1e400, 9007199254740993]"', '[1e400, 9007199254740993]'],
    [String.raw`"\", 9007199254740993, \""`, '", 9007199254740993, "'],
  ])('leaves %s as it is, beside a number that it does not', (text, expected) => {
    expect(parseJson(`[1e999,12345678901234567890,${text}]`)).toEqual([
      '1e999',
      '12345678901234567890',
      expected,
    ]);
    expect(parseJson(`[${text}]`)).toEqual([expected]);
  });

  test.each(['{1e400: 1}', '[01e400]', '[1e400 "a"]', '[1e400 1e400]', '[1e400,]', '[1e4001.5.6]'])(
    'does not make %s valid',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
      expect(() => parseJson(`[1e400]${text}`)).toThrow(SyntaxError);
    },
  );

  test('keeps the digits of any number at any place, and the texts beside it', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,24}$/);
    const numeral = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.oneof(fc.constant('0'), digits),
        fc.constantFrom('', '.5', '.000000000000000000001'),
        fc.constantFrom('', 'e5', 'E-7', 'e+300', 'e308', 'e400', 'e-400'),
      )
      .map((parts) => parts.join(''));
    const quoted = fc
      .array(fc.oneof(numeral, fc.constantFrom('"', '\\', ',', ': ', '[', 'é', '\n', ' ')), { maxLength: 6 })
      .map((parts) => JSON.stringify(parts.join('')));
    /** JSON.parse is right if the digits come out of it unchanged. */
    const read = (json: string): unknown => {
      const value: unknown = JSON.parse(json);
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
      const isWhole = !/[.eE]/.test(json);
      return !Number.isFinite(value) || (isWhole && JSON.stringify(value) !== json) ? json : value;
    };
    const leaf = fc
      .oneof({ weight: 3, arbitrary: numeral }, quoted)
      .map((json) => [json, read(json)] as const);
    const space = fc.constantFrom('', ' ', '\n\t');
    const document = fc.array(fc.tuple(quoted, space, leaf, space), { maxLength: 6 }).map((members) => {
      const text = members.map(
        ([key, before, [json], behind]) => `[${before}${json}${behind}, {${key}:${json}}]`,
      );
      const value = members.map(([key, , [, one]]) => [one, { [String(JSON.parse(key))]: one }]);
      return [`[${text.join(',')}]`, value] as const;
    });

    fc.assert(
      fc.property(document, ([text, value]) => {
        expect(parseJson(text)).toEqual(value);
      }),
      { numRuns: 3_000 },
    );
  });

  test('finds a long number at any place of a long text', () => {
    for (let before = 0; before < 40; before += 1) {
      const value = parseJson(`{"a":"${'x'.repeat(before)}","n":12345678901234567,"b":"${'y'.repeat(100)}"}`);

      expect(value).toMatchObject({ n: '12345678901234567' });
    }
  });

  test.each([
    ['lists in lists', `${'['.repeat(100_000)}1e400${']'.repeat(100_000)}`],
    ['backslashes', `["${'\\\\'.repeat(500_000)}",1e400]`],
    ['escaped quotes', `["${'\\"'.repeat(500_000)}",1e400]`],
    ['digits', `[1e400,${'9'.repeat(1_000_000)}]`],
    ['exponents', `[1e400,${Array.from({ length: 100_000 }, () => '1e5').join()}]`],
    ['NULs', `["${'\\u0000'.repeat(200_000)}",1e400]`],
  ])('reads a megabyte of %s', (_, text) => {
    expect(JSON.parse(text)).toBeInstanceOf(Array);
    expect(parseJson(text)).toBeInstanceOf(Array);
  });
});
