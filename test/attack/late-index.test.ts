import { describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { mix } from '../sandbox/random.ts';
import { startSandbox } from '../sandbox/server.ts';
import { together } from './delivery.ts';
import { lateIndex, stoppedClock } from './late-index.ts';
import { type InProcessRun, syncInProcess } from './sync-in-process.ts';

const MINUTE = 60_000;
const CASES = [
  { lagMs: 10 * MINUTE, style: 'hydrated', uneven: false, fromTheStart: false },
  { lagMs: 180 * MINUTE, style: 'stale', uneven: true, fromTheStart: true },
  { lagMs: 180 * MINUTE, style: 'hydrated', uneven: true, fromTheStart: false },
] as const;

/** The slow suite has all combinations. */
describe.each(CASES)('an index that is late and catches up: %o', (given) => {
  test.each(['selected', 'readable', 'refused'] as const)(
    'loses nothing if the event log is %s',
    async (events) => {
      const { wrong, failures, idle } = await lateIndex({ ...given, seed: 3, events, every: 60 });

      expect({ wrong, failures }).toEqual({ wrong: [], failures: [] });
      expect(idle).toBeLessThanOrEqual(20);
    },
  );
});

test('loses nothing if changes are not followed, or objects must be asked for one by one', async () => {
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

test('a row that was fetched by id is not replaced by an old one when a later run reads two days of a late index', async () => {
  let now = Date.parse('2026-06-15T04:00:00Z');
  const pass = async (ms: number) => {
    now += ms;
  };
  const organisation = createOrganisation({ seed: 2, now, leads: 30, days: 60, events: 0 });
  organisation.clock = () => now;
  const sandbox = await startSandbox(organisation, { indexLagStyle: 'stale', indexUneven: true });
  const runs: InProcessRun[] = [];
  const read = async () => {
    const clock = stoppedClock(() => now);
    runs.push(await syncInProcess(sandbox, { clock, streams: ['leads'], state: runs.at(-1)?.lastState }));
  };
  // This lead is indexed after the whole lag.
  const [id = ''] = organisation.ids('lead').filter((_, n) => mix(2, n) % 3 === 2);

  await read();
  await pass(60 * MINUTE);
  organisation.update('lead', id, { description: 'first' });
  await pass(18.5 * 60 * MINUTE);
  sandbox.options.indexLagMs = 180 * MINUTE;
  organisation.update('lead', id, { description: 'second' });
  // Other leads are indexed at once, so the bookmark moves past the change that is not.
  await pass(10 * MINUTE);
  for (const other of organisation.ids('lead')) if (other !== id) organisation.update('lead', other);
  await pass(10 * MINUTE);
  await read();
  await pass(40 * MINUTE);
  await read();
  sandbox.options.indexLagMs = 0;
  await pass(20 * MINUTE);
  await read();
  await sandbox.close();

  const held = together(...runs)
    .latest('leads')
    .get(id);
  expect(runs[1]?.latest('leads').get(id)?.description).toBe('second');
  expect(JSON.stringify(runs[2]?.messages)).toContain('"first"');
  expect(held?.description).toBe('second');
});

test('a deleted lead stays deleted, even if the index still brings it', async () => {
  let now = Date.parse('2026-06-15T04:00:00Z');
  const pass = async (ms: number) => {
    now += ms;
  };
  const organisation = createOrganisation({ seed: 2, now, leads: 30, days: 60, events: 0 });
  organisation.clock = () => now;
  const sandbox = await startSandbox(organisation, { indexLagStyle: 'stale' });
  const runs: InProcessRun[] = [];
  const read = async () => {
    const options = {
      clock: stoppedClock(() => now),
      streams: ['leads'],
      config: { emit_deletes: true },
    };
    runs.push(await syncInProcess(sandbox, { ...options, state: runs.at(-1)?.lastState }));
  };
  const [id = ''] = organisation.ids('lead');

  await read();
  await pass(MINUTE);
  organisation.update('lead', id);
  sandbox.options.indexLagMs = 180 * MINUTE;
  await pass(60_000);
  sandbox.options.indexLagMs = 0;
  await read();
  sandbox.options.indexLagMs = 180 * MINUTE;
  organisation.remove('lead', id);
  for (const minutes of [2, 14, 40, 40]) {
    await pass(minutes * MINUTE);
    await read();
  }
  await sandbox.close();

  const brought = runs.map((run) => run.messages.filter(({ record }) => record?.id === id).length);
  expect(brought.at(-1)).toBeGreaterThan(0);
  expect(
    together(...runs)
      .latest('leads')
      .get(id)?._sdc_deleted_at,
  ).toMatch(/Z$/);
});
