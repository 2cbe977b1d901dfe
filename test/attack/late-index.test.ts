import { describe, expect, test } from 'vitest';
import { lateIndex } from './late-index.ts';

const MINUTE = 60_000;
const CASES = [
  { lagMs: 10 * MINUTE, style: 'hydrated', uneven: false, fromTheStart: false },
  { lagMs: 180 * MINUTE, style: 'stale', uneven: true, fromTheStart: true },
  { lagMs: 180 * MINUTE, style: 'hydrated', uneven: true, fromTheStart: false },
] as const;

/** All combinations are in the slow form. */
describe.each(CASES)('an index that is late and catches up: %o', (given) => {
  test.each(['selected', 'readable', 'refused'] as const)(
    'loses nothing where the event log is %s',
    async (events) => {
      const { wrong, failures, idle } = await lateIndex({ ...given, seed: 3, events, every: 60 });

      expect({ wrong, failures }).toEqual({ wrong: [], failures: [] });
      expect(idle).toBeLessThanOrEqual(20);
    },
  );
});

test('neither does it where changes are not followed, or single objects must be asked for', async () => {
  const given = {
    seed: 4,
    lagMs: 180 * MINUTE,
    style: 'stale',
    uneven: true,
    every: 60,
    fromTheStart: true,
  } as const;

  const unfollowed = await lateIndex({
    ...given,
    events: 'selected',
    config: { late_activity_changes: false },
  });
  const oneByOne = await lateIndex({ ...given, events: 'selected', options: { filtersIgnored: ['id__in'] } });

  expect(unfollowed.wrong).toEqual([]);
  expect(oneByOne.wrong).toEqual([]);
  expect(oneByOne.failures.filter((text) => !text.startsWith('activities'))).toEqual([]);
});
