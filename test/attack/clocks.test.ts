import { expect, test } from 'vitest';
import { DAY_MS, damageOfClock, HOUR_MS, YEAR_MS } from './wrong-clock.ts';

test.each([
  ["Close's", 'a year behind', -YEAR_MS],
  ["Close's", 'a day behind', -DAY_MS],
  ["Close's", 'at 1970', -Date.now()],
  ["Close's", 'at 2099', Date.UTC(2099, 0, 1) - Date.now()],
  ['ours', 'hours behind', -5 * HOUR_MS],
  ['ours', 'hours ahead', 5 * HOUR_MS],
] as const)('a clock, %s, that is %s loses nothing', async (whose, _, offMs) => {
  expect(await damageOfClock(whose, offMs)).toEqual([]);
});
