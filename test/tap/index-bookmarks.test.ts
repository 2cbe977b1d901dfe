import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { State } from '../../src/singer/state.ts';
import { defineStream } from '../../src/streams/define-stream.ts';
import { createBookkeeper } from '../../src/tap/bookmarks.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../src/time/instant.ts';
import { formatInstant } from '../../src/time/rfc3339.ts';
import { END } from '../../src/time/span.ts';
import { at } from '../close/walks/scripted-walk.ts';

const NOW = at('2026-06-01T12:00:00Z');
const { config } = parseConfig({ api_key: 'key', start_date: '2026-01-01' }, 'config.json', NOW, '0.0.0');

const leads = defineStream({
  name: 'things',
  keyProperties: ['id'],
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  requests: [],
  walk: { along: 'date_updated', read: async () => {} },
  lookBack: () => 5 * MINUTE,
  fromIndex: true,
});

const arrange = (bookmark: object = {}) => {
  const { state } = State.parse({ bookmarks: { things: bookmark } }, 'state.json', []);
  const clocks = { now: NOW, latest: () => NOW, startedAt: () => NOW, clocksAgree: () => true };
  const options = { stream: leads, key: 'date_updated', config, state, ...clocks };
  return { books: createBookkeeper(options), saved: () => state.bookmark('things') };
};
const whole = (from: Instant) => [{ from, to: END }];
const before = (span: Instant): string => formatInstant(NOW - span);

test.each([
  ['a complete run', true],
  ['a run that was cut off', false],
])('the bookmark of %s stays behind its start, even if the index brings a newer row', (_, isComplete) => {
  const { books, saved } = arrange();

  books.add(whole(books.range.from), [NOW - DAY, NOW - 1]);
  books.save(isComplete);

  expect(saved().date_updated).toBe(before(5 * MINUTE));
});

test('a later bookmark from an older version goes back', () => {
  const { books, saved } = arrange({
    date_updated: before(0),
    changes_since: before(0),
    last_wide_read: before(0),
  });

  books.add(whole(books.range.from), []);
  books.save(true);

  expect(saved().date_updated).toBe(before(5 * MINUTE));
});

test('a first run and the wide run of a day are remembered as wide', () => {
  const first = arrange();
  const second = arrange({
    date_updated: before(DAY),
    changes_since: before(DAY),
    last_wide_read: before(DAY),
  });

  first.books.save(true);
  second.books.save(true);

  expect(first.saved().last_wide_read).toBe(before(0));
  expect(second.books.range.from).toBe(NOW - 3 * DAY);
  expect(second.saved().last_wide_read).toBe(before(0));
});

test('a run that was cut off or had the usual overlap is not remembered as wide', () => {
  const cutOff = arrange();
  const usual = arrange({
    date_updated: before(HOUR),
    changes_since: before(HOUR),
    last_wide_read: before(HOUR),
  });

  cutOff.books.save(false);
  usual.books.save(true);

  expect(cutOff.saved().last_wide_read).toBeUndefined();
  expect(usual.books.range.from).toBe(NOW - HOUR - 5 * MINUTE);
  expect(usual.saved().last_wide_read).toBe(before(HOUR));
});

test('a stretch counts as finished for the next run only if the index can no longer be late for it', () => {
  const { books, saved } = arrange();

  books.add(whole(NOW - 10 * DAY), [NOW - DAY]);
  books.save(false);

  expect(saved().resume).toMatchObject({ finished: [[before(10 * DAY), before(6 * HOUR)]] });
});
