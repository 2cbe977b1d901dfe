import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { State } from '../../src/singer/state.ts';
import { formatInstant, parseInstant } from '../../src/time/rfc3339.ts';

const known = [
  { stream: 'leads', key: 'date_updated' },
  { stream: 'activities', key: 'date_created' },
];
const parse = (json: unknown) => State.parse(json, 'state.json', known);
const stateOf = (json: unknown) => parse(json).state;

const leads = { leads: { date_updated: '2026-01-01T00:00:00.000000Z' } };

test.each([null, { bookmarks: null }, { type: 'STATE', value: null }])(
  'a fresh start that may be an accident gives a warning: %j',
  (json) => {
    const { state, warnings } = parse(json);

    expect(state.instant('leads', 'date_updated')).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('begins at start_date')]);
  },
);

test.each([
  {},
  { bookmarks: {} },
  { bookmarks: { leads: null } },
  { bookmarks: { leads: { changes_since: '2026-01-01' } } },
])('a fresh start may be written %j', (json) => {
  const { state, warnings } = parse(json);

  expect(state.instant('leads', 'date_updated')).toBeNull();
  expect(state.currentlySyncing).toBeNull();
  expect(warnings).toEqual([]);
});

test.each([
  { bookmarks: leads, currently_syncing: 'leads' },
  { type: 'STATE', value: { bookmarks: leads, currently_syncing: 'leads' } },
  { singer_state: { bookmarks: leads, currently_syncing: 'leads' } },
])('a state is found in its wrappings: %j', (json) => {
  const state = stateOf(json);

  expect(state.snapshot()).toEqual({ bookmarks: leads, currently_syncing: 'leads' });
});

test('the state of the Python tap is continued, without its page number', () => {
  const state = stateOf({
    currently_syncing: null,
    bookmarks: {
      leads: { date_updated: '2025-01-01T00:00:00+00:00', offset: { skip: 300 } },
      activities: { date_created: '2025-02-01', offset: {} },
    },
  });

  expect(state.bookmark('leads')).toEqual({ date_updated: '2025-01-01T00:00:00+00:00' });
  expect(state.instant('leads', 'date_updated')).toBe(parseInstant('2025-01-01T00:00:00Z'));
  expect(state.instant('activities', 'date_created')).toBe(parseInstant('2025-02-01T00:00:00Z'));
});

test('what belongs to others is passed on', () => {
  const others = { bookmarks: { other_tap: { offset: 3, deep: { x: [1] } } }, activate_versions: { a: 1 } };

  expect(stateOf(others).snapshot()).toEqual(others);
});

test('all mistakes in a state are reported at once, with their places', () => {
  const wrong = { bookmarks: { leads: { date_updated: 'soon' }, activities: { date_created: 5 } } };

  expect(() => parse(wrong)).toThrow(
    new UsageError([
      'state.json: bookmarks.leads.date_updated: must be a date such as 2026-01-01T00:00:00Z',
      'state.json: bookmarks.activities.date_created: must be a date such as 2026-01-01T00:00:00Z',
    ]),
  );
});

test.each([
  [{ bookmarks: [] }, 'state.json: bookmarks: must be an object'],
  [{ bookmarks: { leads: 'x' } }, 'state.json: bookmarks.leads: must be an object'],
  [{ bookmarks: {}, currently_syncing: 1 }, 'state.json: currently_syncing: must be a string'],
  [{ type: 'STATE', value: { bookmarks: 1 } }, 'state.json: value.bookmarks: must be an object'],
  [[], 'state.json: must be an object'],
  [{ type: 'RECORD', stream: 'leads', value: {} }, 'state.json: is a RECORD message, not a state'],
  [{ type: 'RECORD', stream: 'leads', record: {} }, 'state.json: is a RECORD message, not a state'],
  [{ type: 'STATE' }, 'state.json: is a STATE message without a value'],
  [{ api_key: 'api_secret' }, 'state.json: has no "bookmarks", so it is not a state of this tap'],
])('%j is refused, since to ignore it would be to read everything again', (json, problem) => {
  expect(() => parse(json)).toThrow(problem);
});

test('a bookmark without its date gives a warning', () => {
  const { warnings } = parse({ bookmarks: { leads: { replication_key_value: '2026-01-01' } } });

  expect(warnings).toEqual([
    'state.json: bookmarks.leads has no date_updated, so leads is read from the start date',
  ]);
});

test('setting merges, and undefined removes', () => {
  const state = stateOf({ bookmarks: { leads: { date_updated: '2026-01-01', slices: [1] } } });

  state.set('leads', { date_updated: '2026-02-01', slices: undefined });
  state.set('users', { date_updated: '2026-03-01' });

  expect(state.snapshot()).toEqual({
    bookmarks: { leads: { date_updated: '2026-02-01' }, users: { date_updated: '2026-03-01' } },
  });
});

test('a snapshot does not change later, and does not change the state', () => {
  const state = stateOf({});
  const slices = [1];
  state.set('leads', { slices });
  const snapshot = state.snapshot();

  slices.push(2);
  const later = state.snapshot();
  state.set('leads', { slices: [3] });

  expect(snapshot).toEqual({ bookmarks: { leads: { slices: [1] } } });
  expect(later).toEqual(snapshot);
  expect(() => Object.assign(snapshot, { bookmarks: {} })).toThrow(TypeError);
});

test('the same state has the same text, in whatever order it was made', () => {
  const one = stateOf({});
  one.set('leads', { b: 1, a: 2 });
  one.set('activities', { x: 1 });
  const other = stateOf({ bookmarks: { activities: { x: 1 }, leads: { a: 2, b: 1 } } });

  expect(JSON.stringify(one.snapshot())).toBe(JSON.stringify(other.snapshot()));
});

test('currently_syncing is there only while it has a value', () => {
  const state = stateOf({});

  state.currentlySyncing = 'leads';
  const during = state.snapshot();
  state.currentlySyncing = null;

  expect(during).toEqual({ bookmarks: {}, currently_syncing: 'leads' });
  expect(state.snapshot()).toEqual({ bookmarks: {} });
});

test('a newer state keeps the streams and other keys that it does not mention', () => {
  const before = stateOf({
    bookmarks: { leads: { date_updated: '2026-01-01', resume: {} }, users: { date_updated: '2026-01-01' } },
    a: 1,
  });
  const after = stateOf({
    bookmarks: { leads: { date_updated: '2026-01-02' }, users: {} },
    currently_syncing: 'users',
    b: 2,
  });

  const merged = before.mergedWith(after);

  expect(merged.snapshot()).toEqual({
    bookmarks: { leads: { date_updated: '2026-01-02' }, users: { date_updated: '2026-01-01' } },
    currently_syncing: 'users',
    a: 1,
    b: 2,
  });
});

describe('a stream that is read again from the start', () => {
  const before = {
    date_updated: '2026-06-01T00:00:00Z',
    changes_since: '2026-06-01T00:00:00Z',
    rows_seen: 'abc',
  };
  const same = (): boolean => true;

  test('keeps its bookmark until that is done, and then has the new one', () => {
    const state = stateOf({ bookmarks: { leads: before } });

    state.beginRefill('leads', { changes_since: parseInstant('2026-06-01T00:00:00Z') }, same);
    const begun = [state.instant('leads', 'date_updated'), state.isRefilling('leads')];
    state.set('leads', { date_updated: '2026-05-01T00:00:00Z', resume: { x: 1 } });
    const during = state.snapshot();
    state.set('leads', { date_updated: '2026-06-02T00:00:00Z', resume: undefined });
    state.endRefill('leads');

    expect(begun).toEqual([null, true]);
    expect(during).toEqual({
      bookmarks: {
        leads: {
          ...before,
          refill: {
            changes_since: '2026-06-01T00:00:00.000000Z',
            date_updated: '2026-05-01T00:00:00Z',
            resume: { x: 1 },
          },
        },
      },
    });
    expect(state.isRefilling('leads')).toBe(false);
    expect(state.snapshot()).toEqual({
      bookmarks: {
        leads: { changes_since: '2026-06-01T00:00:00.000000Z', date_updated: '2026-06-02T00:00:00Z' },
      },
    });
  });

  test('continues what an interrupted run left, unless that was for other columns', () => {
    const left = { date_updated: '2026-05-01T00:00:00Z' };
    const goesOn = stateOf({ bookmarks: { leads: { ...before, refill: left } } });
    const beginsAnew = stateOf({ bookmarks: { leads: { ...before, refill: left } } });

    goesOn.beginRefill('leads', {}, same);
    beginsAnew.beginRefill('leads', {}, () => false);

    expect(goesOn.bookmark('leads')).toEqual(left);
    expect(beginsAnew.bookmark('leads')).toEqual({});
  });

  test('keeps a date that was later, since the newest row may be deleted by now', () => {
    const state = stateOf({ bookmarks: { leads: before } });

    state.beginRefill('leads', {}, same);
    state.set('leads', { date_updated: '2026-05-30T00:00:00Z' });
    state.endRefill('leads');

    expect(state.bookmark('leads')).toEqual({
      date_updated: '2026-06-01T00:00:00Z',
      changes_since: '2026-06-01T00:00:00Z',
    });
  });

  test('is read from the start if the note in the state has another form', () => {
    const state = stateOf({ bookmarks: { leads: { ...before, refill: 7 } } });

    state.beginRefill('leads', {}, same);

    expect(state.bookmark('leads')).toEqual({});
  });
});

test('the sample state is a state', () => {
  const json: unknown = JSON.parse(readFileSync(new URL('../../sample-state.json', import.meta.url), 'utf8'));

  const { state, warnings } = parse(json);

  expect(state.snapshot()).toEqual(json);
  expect(warnings).toEqual([]);
});

test('any state is written and read again unchanged', () => {
  const name = fc.stringMatching(/^[a-z][a-z_]{0,9}$/);
  const values = fc.dictionary(
    name.filter((key) => !key.startsWith('date_') && key !== 'offset'),
    fc.jsonValue(),
  );
  const date = fc.integer({ min: 0, max: 4e15 }).map(formatInstant);
  const states = fc.record({
    bookmarks: fc.dictionary(name, fc.tuple(values, date)),
    syncing: fc.option(name),
  });
  fc.assert(
    fc.property(states, ({ bookmarks, syncing }) => {
      const state = stateOf({});
      for (const [stream, [others, at]] of Object.entries(bookmarks)) {
        state.set(stream, { ...others, date_updated: at });
      }
      state.currentlySyncing = syncing;

      const text = JSON.stringify(state.snapshot());
      const again = stateOf(JSON.parse(text));

      expect(JSON.stringify(again.snapshot())).toBe(text);
      for (const [stream, [, at]] of Object.entries(bookmarks)) {
        expect(again.instant(stream, 'date_updated')).toBe(parseInstant(at));
      }
    }),
  );
});
