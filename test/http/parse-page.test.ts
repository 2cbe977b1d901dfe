import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/http/parse-json.ts';
import { parsePage } from '../../src/http/parse-page.ts';

const outcomeOf = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    return error instanceof SyntaxError ? 'no JSON' : error;
  }
};

/** A text parsed in both ways. */
const readings = (text: string): readonly [rowByRow: unknown, whole: unknown] => [
  outcomeOf(() => parsePage(Buffer.from(text))),
  outcomeOf(() => parseJson(text)),
];

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', ']', '}', ',', '\\"'),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false, 0),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(text, fc.constantFrom('data', '__proto__')), tie('value'), { maxKeys: 4 }),
}));
const indent = fc.constantFrom(0, 2, '\t');

describe('a page that is parsed row by row', () => {
  test('is the same as the text parsed as a whole', () => {
    fc.assert(
      fc.property(json.object, indent, (page, space) => {
        const [rowByRow, whole] = readings(JSON.stringify(page, null, space));

        expect(rowByRow).toEqual(whole);
      }),
    );
  });

  test('is refused if the whole text is: cut off, or with one character more or changed', () => {
    const broken = fc
      .tuple(
        json.object,
        indent,
        fc.nat(),
        fc.constantFrom('', '"', ',', '[', ']', '{', '}', '1', '\\'),
        fc.nat(2),
      )
      .map(([page, space, place, put, away]) => {
        const whole = JSON.stringify(page, null, space);
        const at = place % (whole.length + 1);
        return away === 2 ? whole.slice(0, at) : whole.slice(0, at) + put + whole.slice(at + away);
      });

    fc.assert(
      fc.property(broken, (page) => {
        // A half of a surrogate pair cannot be sent.
        fc.pre(page.isWellFormed());
        const [rowByRow, whole] = readings(page);

        expect(rowByRow).toEqual(whole);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['rows, and what stands beside them', '{"data":[{"id":"a"},{"id":"b","in":[1,[2]]}],"has_more":false}'],
    ['no rows', '{"data": [ ], "total_results": 0}'],
    ['two lists', '{"data":[1],"more":[2,3],"last":4}'],
    ['a list twice', '{"data":[1,2],"data":[3]}'],
    ['a list of lists', '{"data":[[1,2],[],[3]]}'],
    ['brackets and quotes in texts', '{"data":["]",",","\\"","\\\\"],"a[":"[1,2]"}'],
    ['no object', '[[1,2],[3]]'],
    ['texts that need repair', '{"data":["a\\u0000b","\\ud800",1e400,12345678901234567890]}'],
    ['other characters than ASCII', '{"data":["ü",{"a":"😀"},"b"]}'],
  ])('may have %s', (_, page) => {
    const [rowByRow, whole] = readings(page);

    expect(whole).not.toBe('no JSON');
    expect(rowByRow).toEqual(whole);
  });

  test.each([
    '',
    '{',
    '{"data":[1,]}',
    '{"data":[1 2]}',
    '{"data":[1}}',
    '{"data":[1]]',
    '{"data":[1]}]',
    '{"data":[,1]}',
  ])('is refused as %j', (page) => {
    expect(readings(page)).toEqual(['no JSON', 'no JSON']);
  });
});
