import { describe, expect, test } from 'vitest';
import { readNotes } from '../../src/singer/bookmark.ts';
import { overlapOf } from '../../src/tap/overlap.ts';
import { DAY, HOUR, MINUTE } from '../../src/time/instant.ts';
import { at } from '../close/walks/scripted-walk.ts';

const NOW = at('2026-06-10T12:00:00Z');
const BOOKMARK = NOW - HOUR;
const BACK = 5 * MINUTE;
const RECENT = '2026-06-10T11:00:00.000000Z';
const FOLLOWED = { changes_since: RECENT, last_wide_read: RECENT };
const follows = { late_activity_changes: true };

const backOf = (values: object, config = follows): number =>
  BOOKMARK - overlapOf(BOOKMARK, BACK, readNotes({ ...values }), config, NOW).from;

describe('how far a run reads a search again', () => {
  test('is the usual overlap if the event log has been followed', () => {
    expect(backOf(FOLLOWED)).toBe(BACK);
  });

  test('goes back to the first change that the index did not have when the event log was followed', () => {
    expect(backOf({ ...FOLLOWED, changes_since: '2026-06-10T08:00:00Z' })).toBe(3 * HOUR + MINUTE);
  });

  test.each([
    ['may not be read', { last_wide_read: RECENT }, follows],
    ['should not be followed', FOLLOWED, { late_activity_changes: false }],
  ])('is six hours if the event log %s', (_, values, config) => {
    expect(backOf(values, config)).toBe(6 * HOUR);
  });

  test.each([
    ['never', undefined],
    ['a day ago', '2026-06-09T12:00:10Z'],
    ['in the future', '2026-06-11T12:00:00Z'],
    ['at an unknown time', 'yesterday'],
  ])('is two days if the last wide read was %s', (_, last_wide_read) => {
    expect(backOf({ ...FOLLOWED, last_wide_read })).toBe(2 * DAY);
    expect(overlapOf(BOOKMARK, BACK, readNotes({ last_wide_read }), follows, NOW).isWide).toBe(true);
  });
});
