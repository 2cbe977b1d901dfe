import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/time/instant.ts';
import {
  contains,
  cut,
  END,
  HALVES,
  merge,
  type Span,
  START,
  secondOf,
  subtract,
  windows,
} from '../../src/time/span.ts';

const NOW = 1_000 * SECOND;
const instant = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((half) => (half * SECOND) / 2),
  fc.constantFrom(START, END),
);
const span = fc.tuple(instant, instant).map(([from, to]): Span => ({ from, to }));
/** Every instant at which one of the spans may begin or end, and instants between them. */
const probes = Array.from({ length: 90 }, (_, quarter) => ((quarter - 4) * SECOND) / 4);

describe('subtract', () => {
  test('returns exactly what is in the span and in none of the others', () => {
    fc.assert(
      fc.property(span, fc.array(span, { maxLength: 5 }), (whole, others) => {
        const left = subtract(
          whole,
          others.filter(({ from, to }) => from < to),
        );

        for (const at of probes) {
          const expected = contains(whole, at) && !others.some((other) => contains(other, at));
          expect(left.filter((part) => contains(part, at))).toHaveLength(expected ? 1 : 0);
        }
      }),
    );
  });
});

describe('merge', () => {
  test('covers the same time with as few spans as possible, in order', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
        const merged = merge(spans);

        for (const at of probes) {
          expect(merged.some((part) => contains(part, at))).toBe(spans.some((part) => contains(part, at)));
        }
        for (const [index, { from, to }] of merged.entries()) {
          expect(from < to).toBe(true);
          expect(from > (merged[index - 1]?.to ?? START) || index === 0).toBe(true);
        }
      }),
    );
  });
});

/** Expects parts in order, without gaps, that make up the whole span. */
const expectWhole = (parts: readonly Span[], whole: Span): void => {
  expect(parts[0]?.from).toBe(whole.from);
  expect(parts.at(-1)?.to).toBe(whole.to);
  for (const [index, part] of parts.entries()) {
    expect(part.from < part.to).toBe(true);
    if (index > 0) expect(part.from).toBe(parts[index - 1]?.to);
  }
};

const nonEmpty = span.filter(({ from, to }) => from < to && from !== END && to !== START);

describe('cut', () => {
  const SHARE = { min: 0.001, max: 1000, noNaN: true };

  test('cuts at whole seconds, and loses nothing', () => {
    fc.assert(
      fc.property(nonEmpty, fc.array(fc.double(SHARE), { minLength: 1, maxLength: 6 }), (whole, shares) => {
        const pieces = cut(whole, shares, NOW);

        expectWhole(pieces, whole);
        expect(pieces.length).toBeLessThanOrEqual(shares.length);
        for (const { from } of pieces.slice(1)) expect(from % SECOND === 0).toBe(true);
      }),
    );
  });

  test('makes two parts of every span longer than two seconds, also with open ends', () => {
    fc.assert(
      fc.property(nonEmpty, (whole) => {
        const pieces = cut(whole, HALVES, NOW);

        if (whole.to - whole.from >= 2 * SECOND) expect(pieces).toHaveLength(2);
      }),
    );
  });
});

describe('windows', () => {
  test('cuts into windows of the given length; the last one is open if the span is', () => {
    fc.assert(
      fc.property(nonEmpty, fc.integer({ min: 1, max: 9 }), (whole, seconds) => {
        const stretches = windows(whole, seconds * SECOND, NOW);

        expectWhole(stretches, whole);
        if (whole.from === START) expect(stretches).toEqual([whole]);
        for (const { from, to } of stretches.slice(0, -1))
          expect(to - from).toBeLessThanOrEqual(seconds * SECOND);
      }),
    );
  });
});

test('the second of an instant contains the instant', () => {
  expect(secondOf(10.7 * SECOND)).toEqual({ from: 10 * SECOND, to: 11 * SECOND });
  expect(secondOf(10 * SECOND)).toEqual({ from: 10 * SECOND, to: 11 * SECOND });
});
