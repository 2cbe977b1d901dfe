import { describe, expect, test } from 'vitest';
import { DAY_MS, damageOfClock, HOUR_MS, MINUTE_MS, YEAR_MS } from './wrong-clock.ts';

describe.each(["Close's", 'ours'] as const)('a clock, %s,', (whose) => {
  test.each([
    ['ten minutes behind', -10 * MINUTE_MS],
    ['hours behind', -5 * HOUR_MS],
    ['a day behind', -DAY_MS],
    ['a year behind', -YEAR_MS],
    ['ten minutes ahead', 10 * MINUTE_MS],
    ['hours ahead', 5 * HOUR_MS],
    ['a day ahead', DAY_MS],
    ['a year ahead', YEAR_MS],
  ])('that is %s loses nothing', async (_, offMs) => {
    expect(await damageOfClock(whose, offMs)).toEqual([]);
  });
});
