import { describe, expect, test } from 'vitest';
import { lateIndex } from './late-index.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const LAGS = [
  ['4 s', 4 * SECOND],
  ['10 min', 10 * MINUTE],
  ['3 h', 3 * HOUR],
] as const;
const STYLES = ['stale', 'hydrated'] as const;
const EVENTS = ['selected', 'readable', 'refused'] as const;

describe.each(LAGS)('an index that is %s late, then up to date', (_, lagMs) => {
  describe.each(STYLES)('whose rows are %s', (style) => {
    test.each(EVENTS)('loses nothing where the event log is %s', async (events) => {
      for (const seed of [3, 5]) {
        for (const uneven of [false, true]) {
          for (const fromTheStart of [false, true]) {
            const given = { seed, lagMs, style, uneven, events, every: 42, fromTheStart };
            const { wrong, failures } = await lateIndex(given);
            expect({ ...given, wrong, failures }).toEqual({ ...given, wrong: [], failures: [] });
          }
        }
      }
    });
  });
});
