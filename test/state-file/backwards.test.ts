import { describe, expect, test } from 'vitest';
import { merge, stepsBack } from '../../src/state-file/advance.ts';
import { parseTapState } from '../../src/state-file/tap-state.ts';
import { DAY, type Instant } from '../../src/time/instant.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';
import { createJob, leadsAt } from '../pipeline/job.ts';

const NOW: Instant = parseInstant('2026-06-01') ?? 0;
const known = [
  { stream: 'leads', key: 'date_updated' },
  { stream: 'users', key: 'date_updated' },
];
const state = (bookmarks: object, others: object = {}) => parseTapState({ bookmarks, ...others }, 's', known);
const leads = (bookmark: object) => state({ leads: bookmark });

describe('a bookmark goes backwards when', () => {
  test.each([
    ['it is earlier', '2026-01-02T00:00:00Z', '2026-01-01T23:59:59.999999Z', true],
    ['it is later', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.000001Z', false],
    ['it is the same moment in another form', '2026-01-02T01:00:00+01:00', '2026-01-02', false],
    ['it is earlier though its text is greater', '2026-01-02T00:00:00-05:00', '2026-01-02T04:00:00Z', true],
  ])('%s', (_when, before, after, expected) => {
    const back = stepsBack(leads({ date_updated: before }), leads({ date_updated: after }), NOW);

    expect(back).toHaveLength(expected ? 1 : 0);
  });

  test('it has gone, but not when the whole stream has', () => {
    const before = leads({ date_updated: '2026-01-02' });

    expect(stepsBack(before, leads({ other: 1 }), NOW)).toEqual([
      'leads.date_updated from 2026-01-02 to nothing',
    ]);
    expect(stepsBack(before, state({ users: {} }), NOW)).toEqual([]);
    expect(stepsBack(before, leads({}), NOW)).toEqual([]);
  });

  test('it is not for the notes on an interrupted run, which come and go', () => {
    const resume = { run_started: '2026-05-01', finished: [['2026-04-01', '2026-05-01']] };
    const before = state(
      { leads: { date_updated: '2026-01-02', resume, offset: 40 } },
      { currently_syncing: 'leads' },
    );

    expect(stepsBack(before, leads({ date_updated: '2026-01-02' }), NOW)).toEqual([]);
  });

  test('one of the future is not put right, which the tap does, but set back further', () => {
    const before = leads({ date_updated: '2027-01-01' });
    const at = (time: Instant) => leads({ date_updated: new Date(time / 1000).toISOString() });

    expect(stepsBack(before, at(NOW), NOW)).toEqual([]);
    expect(stepsBack(before, at(NOW - DAY), NOW)).toHaveLength(1);
  });
});

test('a newer state keeps the streams and keys of others that it does not speak of', () => {
  const before = state(
    { leads: { date_updated: '2026-01-01', resume: {} }, users: { date_updated: '2026-01-01' } },
    { a: 1 },
  );
  const after = state(
    { leads: { date_updated: '2026-01-02' }, users: {} },
    { currently_syncing: 'users', b: 2 },
  );

  const merged = merge(before, after);

  expect(merged).toEqual({
    bookmarks: { leads: { date_updated: '2026-01-02' }, users: { date_updated: '2026-01-01' } },
    currentlySyncing: 'users',
    others: { a: 1, b: 2 },
  });
});

describe('a run', () => {
  test('does not store what goes behind its start, says so once, and ends with 1', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const { code, stderr } = await job.run({
      tap: [{ state: leadsAt('01-02') }, { state: leadsAt('01-03') }],
    });

    expect(code).toBe(1);
    expect(stderr.match(/ERROR .*/g)).toEqual([
      `ERROR ${job.statePath}: not stored: the target confirmed a state that goes backwards, leads.date_updated from ` +
        '2026-01-05T00:00:00.000000Z to 2026-01-02T00:00:00.000000Z; --allow-backwards stores it all the same',
    ]);
    expect(job.readState()).toEqual(leadsAt('01-05'));
    expect(job.copies()).toEqual([]);
  });

  test('stores it when told to', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const { code } = await job.run({ tap: [{ state: leadsAt('01-02') }], args: ['--allow-backwards'] });

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(job.copies()).toHaveLength(1);
  });

  test('keeps the newest when the target confirms out of order', async () => {
    const job = await createJob();

    const { code, stderr } = await job.run({
      tap: ['01-02', '01-04', '01-03'].map((day) => ({ state: leadsAt(day) })),
    });

    expect(code).toBe(0);
    expect(stderr).toContain('confirmed an older state after a newer one; the newer counts');
    expect(job.readState()).toEqual(leadsAt('01-04'));
  });
});
