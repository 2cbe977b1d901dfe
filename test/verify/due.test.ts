import { describe, expect, test } from 'vitest';
import { START } from '../../src/time/span.ts';
import { dueOf, type Expected } from '../../src/verify/due.ts';
import { at } from '../close/walks/scripted-walk.ts';

const day = (number: number): string => `2026-05-${String(number).padStart(2, '0')}T00:00:00Z`;
/** It reads from the 10th on, what was there by the 20th, and the event log since the 25th. */
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

describe('a row that is read by its last change', () => {
  test.each([
    ['was there and has not changed since', 12, 15, 'due'],
    ['is older than the start, and was changed after it', 5, 15, 'due'],
    ['changed before the start for the last time', 5, 9, 'old'],
    ['was created too late', 21, 21, 'recent'],
    ['was there, whatever changed since', 12, 26, 'due'],
    ['is older than the start, and may have changed for the first time since', 5, 26, 'recent'],
    ['has no date of its creation', null, 15, 'due'],
    ['has no date of its creation, and is new', null, 21, 'recent'],
    ['has no dates', null, null, 'unless new'],
  ] as const)('and %s', (_, created, updated, due) => {
    expect(dueOf(row(created, updated), expected)).toBe(due);
  });
});

describe('a row that is read by the date of its creation', () => {
  test.each([
    ['was there', 12, 15, 'due'],
    ['is dated ahead', 30, 15, 'due'],
    ['is older than the start', 9, 15, 'old'],
    ['may have come late, with an old date', 12, 21, 'recent'],
    ['was changed lately, and only the event log knows whether it is new', 12, 26, 'unless new'],
    ['is new', 26, 26, 'recent'],
  ] as const)('and %s', (_, created, updated, due) => {
    expect(dueOf(row(created, updated), { ...expected, key: 'date_created' })).toBe(due);
  });
});

test('a row of a table that is read whole is due if it was there', () => {
  const whole = { ...expected, key: null, from: START };

  expect([row(1, 26), row(21, 22), row(null, null)].map((one) => dueOf(one, whole))).toEqual([
    'due',
    'recent',
    'unless new',
  ]);
});
