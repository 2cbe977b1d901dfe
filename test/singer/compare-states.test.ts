import { describe, expect, test } from 'vitest';
import { isSameButForClock, stepsBack } from '../../src/singer/compare-states.ts';
import { State } from '../../src/singer/state.ts';
import { DAY, type Instant } from '../../src/time/instant.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';

const NOW: Instant = parseInstant('2026-06-01') ?? 0;
const known = [
  { stream: 'leads', key: 'date_updated' },
  { stream: 'users', key: 'date_updated' },
];
const state = (bookmarks: object, others: object = {}): State =>
  State.parse({ bookmarks, ...others }, 's', known).state;
const leads = (bookmark: object) => state({ leads: bookmark });

describe('a bookmark goes backwards when', () => {
  test.each([
    ['it is earlier', '2026-01-02T00:00:00Z', '2026-01-01T23:59:00Z', true],
    ['it is less than a minute earlier', '2026-01-02T00:00:00Z', '2026-01-01T23:59:00.000001Z', false],
    ['it is later', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.000001Z', false],
    ['it is the same moment in another form', '2026-01-02T01:00:00+01:00', '2026-01-02', false],
    ['it is earlier though its text is greater', '2026-01-02T00:00:00-05:00', '2026-01-02T04:00:00Z', true],
  ])('%s', (_when, before, after, expected) => {
    const back = stepsBack(leads({ date_updated: before }), leads({ date_updated: after }), NOW);

    expect(back).toHaveLength(expected ? 1 : 0);
  });

  test('it is missing, but not when the whole stream is missing', () => {
    const before = leads({ date_updated: '2026-01-02' });

    expect(stepsBack(before, leads({ other: 1 }), NOW)).toEqual([
      'leads.date_updated from 2026-01-02 to nothing',
    ]);
    expect(stepsBack(before, state({ users: {} }), NOW)).toEqual([]);
    expect(stepsBack(before, leads({}), NOW)).toEqual([]);
  });

  test('it is not when the notes on an interrupted run change', () => {
    const resume = { run_started: '2026-05-01', finished: [['2026-04-01', '2026-05-01']] };
    const before = state(
      { leads: { date_updated: '2026-01-02', resume, offset: 40 } },
      { currently_syncing: 'leads' },
    );

    expect(stepsBack(before, leads({ date_updated: '2026-01-02' }), NOW)).toEqual([]);
  });

  test('a bookmark in the future is set back further than to the present, to which the tap corrects it', () => {
    const before = leads({ date_updated: '2027-01-01' });
    const at = (time: Instant) => leads({ date_updated: new Date(time / 1000).toISOString() });

    expect(stepsBack(before, at(NOW), NOW)).toEqual([]);
    expect(stepsBack(before, at(NOW - DAY), NOW)).toHaveLength(1);
  });

  test('it is not when a note is missing, but when a note is set back', () => {
    const before = leads({ date_updated: '2026-01-02', changes_since: '2026-05-01' });

    expect(stepsBack(before, leads({ date_updated: '2026-01-02' }), NOW)).toEqual([]);
    expect(
      stepsBack(before, leads({ date_updated: '2026-01-02', changes_since: '2026-04-01' }), NOW),
    ).toEqual(['leads.changes_since from 2026-05-01 to 2026-04-01']);
  });
});

describe('two states differ only by the clock when', () => {
  const clocked = [...known, { stream: 'event_log', key: 'date_updated', followsClock: true as const }];
  const before = {
    leads: { date_updated: '2026-01-02', changes_since: '2026-05-01', last_wide_read: '2026-05-01' },
    users: { date_updated: '2026-01-02', rows_seen: 'AbCdEfGh' },
    event_log: { date_updated: '2026-05-01' },
  };
  const isSame = (change: object): boolean =>
    isSameButForClock(state(before), state({ ...before, ...change }), clocked);

  test.each([
    ['nothing moved', {}],
    ['a stream moved that follows the clock', { event_log: { date_updated: '2026-05-02' } }],
    [
      'the tap looked again, and was interrupted',
      {
        leads: {
          resume: { run_started: '2026-05-02', finished: [] },
          last_wide_read: '2026-05-02',
          date_updated: '2026-01-02',
        },
      },
    ],
  ])('%s', (_when, change) => {
    expect(isSame(change)).toBe(true);
  });

  test.each([
    ['a bookmark', { leads: { ...before.leads, date_updated: '2026-01-03' } }],
    ['the rows of a list', { users: { ...before.users, rows_seen: 'AbCdEfGi' } }],
    ['what another tool keeps in it', { leads: { ...before.leads, other: 1 } }],
    ['a stream that is new in it', { tasks: { date_updated: '2026-01-03' } }],
  ])('it is not when %s has changed', (_what, change) => {
    expect(isSame(change)).toBe(false);
  });
});
