import { describe, expect, test } from 'vitest';
import { START } from '../../src/time/span.ts';
import { type Dueness, dueOf, type Expected } from '../../src/verify/due.ts';
import { at } from '../close/walks/scripted-walk.ts';

const day = (number: number): string => `2026-05-${String(number).padStart(2, '0')}T00:00:00Z`;
/** Rows are read from the 10th on, those that existed by the 20th have been read, and events are read since the 25th. */
const expected: Expected = {
  key: 'date_updated',
  from: at(day(10)),
  until: at(day(20)),
  eventsFrom: at(day(25)),
};
const row = (created: number | null, updated: number | null) => ({
  id: 'x',
  ...(created === null ? {} : { date_created: day(created) }),
  ...(updated === null ? {} : { date_updated: day(updated) }),
});

/** A row, the days of its dates, and whether it is due. */
type Case = readonly [what: string, created: number | null, updated: number | null, due: Dueness];

const byLastChange: readonly Case[] = [
  ['existed and has not changed since', 12, 15, 'due'],
  ['is older than the start date, and changed after it', 5, 15, 'due'],
  ['last changed before the start date', 5, 9, 'old'],
  ['was created too late to be read', 21, 21, 'recent'],
  ['existed, and changed since', 12, 26, 'due'],
  ['is older than the start date, and may not have changed before it was too late', 5, 26, 'recent'],
  ['has no creation date', null, 15, 'due'],
  ['has no creation date, and is new', null, 21, 'recent'],
  ['has no dates', null, null, 'unless new'],
];

const byCreation: readonly Case[] = [
  ['existed', 12, 15, 'due'],
  ['has a creation date in the future', 30, 15, 'due'],
  ['is older than the start date', 9, 15, 'old'],
  ['may have arrived late, with an old date', 12, 21, 'recent'],
  ['changed lately, so that only the event log shows whether it is new', 12, 26, 'unless new'],
  ['is new', 26, 26, 'recent'],
];

describe.each([
  ['last change', 'date_updated', byLastChange],
  ['creation', 'date_created', byCreation],
] as const)('a row that is read by the date of its %s', (_, key, cases) => {
  test.each(cases)('and %s', (_what, created, updated, due) => {
    expect(dueOf(row(created, updated), { ...expected, key })).toBe(due);
  });
});

test('a row of a table that is read whole is due if it existed', () => {
  const whole = { ...expected, key: null, from: START };

  expect([row(1, 26), row(21, 22), row(null, null)].map((one) => dueOf(one, whole))).toEqual([
    'due',
    'recent',
    'unless new',
  ]);
});
