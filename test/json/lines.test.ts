import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonLines, textWritten } from '../../src/json/lines.ts';

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();

describe('a string', () => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '"',
        '\\',
        '\n',
        '\u0000',
        '\u001f',
        '\u007f',
        '\u0085',
        '\u2028',
        '\u2029',
        '\ud83d',
        '\ude00',
      ),
      fc.constantFrom('a', ' ', '~', 'é', '\u07ff', '\u0800', '合', '\uffff', '🎉'),
    ),
    maxLength: 200,
  });

  test('is written as JSON for the same string, on one line', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const text = textWritten((out) => out.string(value));

        expect(JSON.parse(text)).toBe(value);
        expect(text).not.toMatch(/[\n\u0085\u2028\u2029]/);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([0, 1, 63, 64, 65, 66, 5_000_000])('of %i characters is complete', (length) => {
    expect(textWritten((out) => out.string('x'.repeat(length)))).toBe(`"${'x'.repeat(length)}"`);
  });
});

describe('lines', () => {
  /** The length of a line, and whether it is written at once or in pieces with a string among them. */
  const lines = fc.array(
    fc.oneof({ weight: 9, arbitrary: fc.nat(40_000) }, { weight: 1, arbitrary: fc.nat(600_000) }),
    { maxLength: 30 },
  );

  test('are complete and in order, in chunks that end at the end of a line', () => {
    fc.assert(
      fc.property(lines, fc.nat(5), (sizes, every) => {
        const out = new JsonLines();
        const wanted: string[] = [];
        const taken: string[] = [];
        for (const [index, size] of sizes.entries()) {
          const fill = String(index % 10).repeat(size);
          out.bytes(Buffer.from('['));
          out.string(fill.slice(0, 50));
          out.bytes(Buffer.from(`,"é${fill}`));
          out.text('",1]');
          out.endLine();
          wanted.push(`["${fill.slice(0, 50)}","é${fill}",1]\n`);
          if (index % 6 !== every) continue;
          for (const chunk of out.take()) {
            taken.push(chunk.toString());
            out.giveBack(chunk);
          }
        }
        taken.push(...out.take().map(String));

        expect(taken.join('') === wanted.join('')).toBe(true);
        expect(taken.filter((chunk) => !chunk.endsWith('\n'))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('are none if nothing was written, or only a part of a line', () => {
    const out = new JsonLines();

    expect(out.take()).toEqual([]);
    out.text('[');
    expect(out.take()).toEqual([]);
    out.text(']');
    out.endLine();
    expect(textOf(out.take())).toBe('[]\n');
  });

  test('before and after a dropped line stay as they are', () => {
    const out = new JsonLines();
    out.text('1');
    out.endLine();
    out.text('x'.repeat(200_000));
    out.dropLine();
    out.text('2');
    out.endLine();

    expect(textOf(out.take())).toBe('1\n2\n');
  });

  test('fill a chunk after many lines, not after a few', () => {
    const out = new JsonLines();
    out.text('x'.repeat(1000));
    out.endLine();
    const early = out.hasFull;
    out.text('x'.repeat(1_000_000));
    out.endLine();

    expect(early).toBe(false);
    expect(out.hasFull).toBe(true);
  });
});

test('a line can be cut to any length, in whatever chunk it began', () => {
  const lines = new JsonLines();
  lines.text('first');
  lines.endLine();
  lines.ascii('{"a":');
  const { lineLength } = lines;

  lines.string('x'.repeat(400_000));
  lines.cutLine(lineLength);
  lines.ascii('1}');
  lines.endLine();

  expect(textOf(lines.take())).toBe('first\n{"a":1}\n');
});
