import fc from 'fast-check';
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

const RUNS = Number(process.env.ATTACK_RUNS ?? 150);

const world = fc.record({
  seed: fc.nat(30),
  lagMs: fc.integer({ min: 0, max: 5 * HOUR }),
  style: fc.constantFrom(...STYLES),
  uneven: fc.boolean(),
  events: fc.constantFrom(...EVENTS),
  every: fc.constantFrom(6, 12, 30, 66, 120),
  fromTheStart: fc.boolean(),
  eventAccess: fc.constantFrom('admin' as const, 'member' as const),
  eventLagMs: fc.constantFrom(0, 0, 4 * MINUTE),
  takesIds: fc.boolean(),
  page_size: fc.constantFrom(5, 20, null),
});

test(`${RUNS} accounts with an index that is up to five hours late lose nothing`, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ eventAccess, eventLagMs, takesIds, page_size, ...given }) => {
      const access = given.events === 'refused' ? {} : { eventAccess };
      const options = { ...access, eventLagMs, filtersIgnored: takesIds ? [] : ['id__in'] };
      const { wrong } = await lateIndex({ ...given, options, config: { page_size } });
      expect(wrong).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
