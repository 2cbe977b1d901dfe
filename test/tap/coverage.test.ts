import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCoverage } from '../../src/tap/coverage.ts';
import { END, merge, type Span, START } from '../../src/time/span.ts';

const LAST = 30;

/** A model of the coverage: a list of every whole number from 0 to LAST. It is slow, but simple. */
const naive = (from: number, finished: readonly Span[]) => {
  const covered = new Set<number>();
  const dates: number[] = [];
  const cover = ({ from: start, to }: Span): void => {
    for (let at = 0; at < LAST; at += 1) if (at >= start && at < to) covered.add(at);
  };
  for (const span of finished) cover(span);
  const end = (): number => {
    let at = from;
    while (covered.has(at)) at += 1;
    return at;
  };
  const beginning = (): number => {
    let at = from;
    while (covered.has(at - 1)) at -= 1;
    return at;
  };
  return {
    add: (done: readonly Span[], found: readonly number[]): void => {
      for (const span of done) {
        cover(span);
        dates.push(...found.filter((date) => date >= span.from && date < span.to));
      }
    },
    end,
    newestWithoutGap: (): number | null => {
      if (end() === from) return null;
      const within = dates.filter((date) => date >= beginning() && date < end());
      return within.length > 0 ? Math.max(...within) : null;
    },
    /** Everything that is done beyond the first gap. */
    beyondGap: (before: number): number[] =>
      [...covered].filter((at) => (at < from || at >= end()) && at < before).sort((a, b) => a - b),
  };
};

const span = fc
  .tuple(fc.nat(LAST - 1), fc.integer({ min: 1, max: 8 }))
  .map(([from, length]): Span => ({ from, to: Math.min(LAST, from + length) }));
const addition = fc.record({
  done: fc.array(span, { maxLength: 3 }),
  dates: fc.array(fc.nat(LAST - 1), { maxLength: 4 }),
});

const cellsOf = (spans: readonly Span[]): number[] =>
  spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index));

describe('coverage', () => {
  test('gives the same results as a plain list of all instants, in whatever order stretches are done', () => {
    fc.assert(
      fc.property(
        fc.nat(10),
        fc.array(span, { maxLength: 4 }).map(merge),
        fc.array(addition, { maxLength: 12 }),
        fc.integer({ min: 0, max: LAST }),
        (from, finished, additions, before) => {
          const coverage = createCoverage(from, finished);
          const model = naive(from, finished);
          for (const { done, dates } of additions) {
            coverage.add(done, dates);
            model.add(done, dates);

            expect(coverage.end()).toBe(model.end());
            expect(coverage.newestWithoutGap()).toBe(model.newestWithoutGap());
            expect(cellsOf(coverage.beyond(coverage.end(), before, 100))).toEqual(model.beyondGap(before));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('keeps at most as many stretches as allowed: the longest ones, in order', () => {
    const coverage = createCoverage(0, []);
    coverage.add(
      [
        { from: 2, to: 3 },
        { from: 5, to: 9 },
        { from: 11, to: 13 },
        { from: 20, to: 25 },
      ],
      [],
    );

    const kept = coverage.beyond(coverage.end(), END, 2);

    expect(kept).toEqual([
      { from: 5, to: 9 },
      { from: 20, to: 25 },
    ]);
  });

  test('covers nothing until its beginning is done', () => {
    const coverage = createCoverage(10, []);

    coverage.add([{ from: 11, to: END }], [12, 13]);

    expect(coverage.newestWithoutGap()).toBeNull();
    expect(coverage.end()).toBe(10);
  });

  test('accepts stretches with open ends', () => {
    const coverage = createCoverage(10, [{ from: START, to: 12 }]);

    coverage.add([{ from: 12, to: END }], [15, 12]);

    expect(coverage.end()).toBe(END);
    expect(coverage.newestWithoutGap()).toBe(15);
    expect(coverage.beyond(coverage.end(), END, 5)).toEqual([{ from: START, to: 10 }]);
  });

  test('does not count a date outside the stretch that it came with', () => {
    const coverage = createCoverage(0, []);

    coverage.add([{ from: 0, to: 5 }], [4, 9]);

    expect(coverage.newestWithoutGap()).toBe(4);
  });
});
