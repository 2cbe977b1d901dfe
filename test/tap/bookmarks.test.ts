import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WalkList } from '../../src/close/walk.ts';
import { parseConfig } from '../../src/config/config.ts';
import { State } from '../../src/singer/state.ts';
import { defineStream, type StreamDefinition } from '../../src/streams/define-stream.ts';
import { createBookkeeper } from '../../src/tap/bookmarks.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../src/time/instant.ts';
import { formatInstant, parseInstant } from '../../src/time/rfc3339.ts';
import { END, type Span, START } from '../../src/time/span.ts';

const at = (text: string): Instant => parseInstant(text) ?? Number.NaN;
const NOW = at('2026-06-01T12:00:00Z');
const START_DATE = '2026-01-01T00:00:00.000000Z';

const { config } = parseConfig({ api_key: 'key', start_date: START_DATE }, 'config.json', NOW, '0.0.0');

const stream = (
  more: Partial<StreamDefinition> & { readonly along?: string | null; readonly also?: true } = {},
): StreamDefinition => {
  const { along = 'date_updated', also, ...definition } = more;
  return defineStream({
    name: 'things',
    keyProperties: ['id'],
    replication: { method: 'INCREMENTAL', key: 'date_updated' },
    requests: [],
    walk: { along, ...(also ? { also } : {}), read: async () => {} },
    ...definition,
  });
};

interface Arrangement {
  readonly stream?: StreamDefinition;
  readonly bookmark?: object;
  readonly now?: Instant;
  readonly startedAt?: Instant;
  readonly clocksAgree?: boolean;
  readonly key?: string | null;
}

const stateOf = (bookmark: object | undefined): State =>
  State.parse({ bookmarks: bookmark ? { things: bookmark } : {} }, 'state.json', []).state;

const arrange = ({
  stream: definition = stream(),
  bookmark,
  now = NOW,
  startedAt = now,
  clocksAgree = true,
  key = 'date_updated',
}: Arrangement = {}) => {
  const state = stateOf(bookmark);
  const books = createBookkeeper({
    stream: definition,
    key,
    config,
    state,
    now,
    latest: () => now,
    startedAt: () => startedAt,
    clocksAgree: () => clocksAgree,
  });
  return { books, state, saved: () => state.bookmark('things') };
};

describe('where a run begins', () => {
  test('is the start date in a first run', () => {
    const { books } = arrange();

    expect(formatInstant(books.range.from)).toBe(START_DATE);
    expect(books.range).toMatchObject({ finished: [], alsoFinished: [], finishedAt: null });
    expect(books.warnings).toEqual([]);
  });

  test('is the bookmark in later runs', () => {
    const { books } = arrange({ bookmark: { date_updated: '2026-05-01T10:00:00+02:00' } });

    expect(formatInstant(books.range.from)).toBe('2026-05-01T08:00:00.000000Z');
  });

  test.each([
    [
      'before the bookmark, by the look-back',
      { lookBack: () => DAY },
      '2026-05-01',
      '2026-04-30T00:00:00.000000Z',
    ],
    ['the start date if there is no bookmark', { lookBack: () => DAY }, undefined, START_DATE],
    [
      'before the start date too, if the stream says so',
      { lookBack: () => DAY, looksBackFromStart: true as const },
      undefined,
      '2025-12-31T00:00:00.000000Z',
    ],
  ])('is %s', (_, more, bookmark, expected) => {
    const { books } = arrange({
      stream: stream(more),
      ...(bookmark === undefined ? {} : { bookmark: { date_updated: bookmark } }),
    });

    expect(formatInstant(books.range.from)).toBe(expected);
  });

  test('is the present, with a warning, if the bookmark is in the future', () => {
    const { books } = arrange({
      bookmark: { date_updated: '2027-01-01' },
      stream: stream({ lookBack: () => HOUR }),
    });

    expect(books.range.from).toBe(NOW - HOUR);
    expect(books.warnings).toEqual([
      'the bookmark 2027-01-01T00:00:00.000000Z is in the future; this run reads from the present on',
    ]);
  });

  test('is not before the oldest rows that Close keeps, with a warning that names the gap', () => {
    const { books } = arrange({
      stream: stream({ reach: 30 * DAY }),
      bookmark: { date_updated: '2026-04-01' },
    });

    expect(books.range.from).toBe(NOW - 30 * DAY);
    expect(books.warnings).toEqual([
      'Close keeps only 30 days; what happened from 2026-04-01T00:00:00.000000Z to ' +
        '2026-05-02T12:00:00.000000Z can no longer be read',
    ]);
  });

  test('is not before them in a first run either, but without a warning, since nothing is lost', () => {
    const { books } = arrange({ stream: stream({ reach: 30 * DAY }) });

    expect(books.range.from).toBe(NOW - 30 * DAY);
    expect(books.warnings).toEqual([]);
  });

  describe('after a first run that was cut off', () => {
    const reaching = stream({ reach: 30 * DAY, margin: 5 * MINUTE });
    const cutOff = (ago: number, ...finished: (readonly [from: number, to: number])[]) => ({
      run_started: formatInstant(NOW - ago),
      finished: finished.map(([from, to]) => [formatInstant(NOW - from), formatInstant(NOW - to)]),
    });

    test('is without a warning at once', () => {
      const first = arrange({ stream: reaching });
      first.books.add([{ from: NOW - DAY, to: END }], []);
      first.books.save(false);

      const { books } = arrange({ stream: reaching, bookmark: first.saved(), now: NOW + 16 * SECOND });

      expect(first.saved()).toEqual({
        resume: {
          run_started: formatInstant(NOW),
          finished: [[formatInstant(NOW - DAY), formatInstant(NOW - 5 * MINUTE)]],
        },
      });
      expect(books.warnings).toEqual([]);
      expect(books.range.from).toBe(NOW + 16 * SECOND - 30 * DAY);
    });

    test('is without a warning if an older version has stored the start date', () => {
      const { books } = arrange({
        stream: reaching,
        bookmark: { date_updated: START_DATE, resume: cutOff(16e6, [DAY, HOUR]) },
      });

      expect(books.warnings).toEqual([]);
    });

    test('warns, weeks later, of what the first run could still have read', () => {
      const { books } = arrange({
        stream: reaching,
        bookmark: { resume: cutOff(20 * DAY, [21 * DAY, 20 * DAY]) },
      });

      expect(books.warnings).toEqual([
        `Close keeps only 30 days; what happened from ${formatInstant(NOW - 50 * DAY)} to ` +
          `${formatInstant(NOW - 30 * DAY)} can no longer be read`,
      ]);
    });

    test('warns of any gap, however short, if there was a bookmark already', () => {
      const { books } = arrange({
        stream: reaching,
        bookmark: {
          date_updated: formatInstant(NOW - 30 * DAY - SECOND),
          resume: cutOff(HOUR, [2 * DAY, DAY]),
        },
      });

      expect(books.warnings).toHaveLength(1);
    });
  });

  test('is before all dates if everything is read', () => {
    const { books, saved } = arrange({ key: null, bookmark: { date_updated: '2026-05-01' } });

    books.add([{ from: START, to: END }], []);
    books.save(true);

    expect(books.range).toEqual({ from: START, finished: [], alsoFinished: [], finishedAt: null });
    expect(saved()).toEqual({ date_updated: '2026-05-01' });
  });

  test.each([
    null,
    'text',
    {},
    { run_started: 'soon', finished: [] },
    { run_started: '2026-05-01', finished: [['2026-05-02', '2026-05-01']] },
    { run_started: '2026-05-01', finished: [['then', 'now']] },
    { run_started: '2026-06-02', finished: [['2026-05-01', '2026-05-02']] },
  ])('ignores an invalid resume: %j', (resume) => {
    const { books } = arrange({ bookmark: { date_updated: '2026-04-01', resume } });

    expect(books.range.finished).toEqual([]);
  });
});

describe('the bookmark', () => {
  const from = at('2026-05-01T00:00:00Z');
  const since = { date_updated: formatInstant(from) };

  test('is the newest date after a complete run', () => {
    const { books, saved } = arrange({ bookmark: since });
    books.add([{ from, to: END }], [from + 2 * HOUR, from + 5 * HOUR + 1, from + HOUR]);

    books.save(true);

    expect(saved()).toEqual({ date_updated: '2026-05-01T05:00:00.000001Z' });
  });

  test('stays where it was if no record came', () => {
    const { books, saved } = arrange({ bookmark: since });
    books.add([{ from, to: END }], []);

    books.save(true);

    expect(saved()).toEqual(since);
  });

  test('is the start date after a first run without records', () => {
    const { books, saved } = arrange();

    books.save(true);

    expect(saved()).toEqual({ date_updated: START_DATE });
  });

  test('does not pass the run’s start, even if records are newer', () => {
    const { books, saved } = arrange({ bookmark: since, startedAt: NOW - MINUTE });
    books.add([{ from, to: END }], [NOW - SECOND]);

    books.save(true);

    expect(saved()).toEqual({ date_updated: formatInstant(NOW - MINUTE) });
  });

  test.each([true, false])(
    'does not follow the clock for a record that is dated ahead, such as a meeting (complete: %s)',
    (isComplete) => {
      const { books, saved } = arrange({ bookmark: since });
      books.add([{ from, to: END }], [from + HOUR, NOW + 30 * DAY]);

      books.save(isComplete);

      expect(saved()).toEqual({ date_updated: '2026-05-01T01:00:00.000000Z' });
    },
  );

  test('does not go back if all records are from the look-back', () => {
    const { books, saved } = arrange({ bookmark: since, stream: stream({ lookBack: () => DAY }) });
    books.add([{ from: from - DAY, to: END }], [from - HOUR]);

    books.save(true);

    expect(saved()).toEqual(since);
  });

  test('stays behind the run’s start by the margin, whatever records came', () => {
    const { books, saved } = arrange({ bookmark: since, stream: stream({ margin: 5 * MINUTE }) });
    books.add([{ from, to: END }], [from + HOUR]);

    books.save(true);

    expect(saved()).toEqual({ date_updated: formatInstant(NOW - 5 * MINUTE) });
  });

  test('moves during the run over what is done without a gap', () => {
    const { books, saved } = arrange({ bookmark: since });

    books.add([{ from, to: from + DAY }], [from + HOUR]);
    books.save(false);

    expect(saved()).toEqual({ date_updated: '2026-05-01T01:00:00.000000Z' });
  });

  test('does not move over a gap, but remembers what is done beyond it', () => {
    const { books, saved } = arrange({ bookmark: since });

    books.add([{ from: from + DAY, to: from + 2 * DAY }], [from + 30 * HOUR]);
    books.save(false);

    expect(saved()).toEqual({
      ...since,
      resume: {
        run_started: formatInstant(NOW),
        finished: [['2026-05-02T00:00:00.000000Z', '2026-05-03T00:00:00.000000Z']],
      },
    });
  });

  test('does not move for stretches of another date, but remembers them with their open ends', () => {
    const { books, saved } = arrange({ bookmark: since, stream: stream({ along: 'date_created' }) });

    books.add([{ from: START, to: from }], [from + HOUR]);
    books.add([{ from: from + DAY, to: END }], [from + 2 * HOUR]);
    books.save(false);

    expect(saved()).toEqual({
      ...since,
      resume: {
        run_started: formatInstant(NOW),
        finished: [
          [null, '2026-05-01T00:00:00.000000Z'],
          ['2026-05-02T00:00:00.000000Z', null],
        ],
      },
    });
  });

  test('does not move for stretches of another date, even if they include its own instant', () => {
    const { books, saved } = arrange({
      bookmark: since,
      stream: stream({ along: 'date_created', margin: 5 * MINUTE }),
    });

    books.add([{ from: START, to: from + DAY }], [from + HOUR]);
    books.save(false);

    expect(saved()).toMatchObject({ ...since, resume: { finished: [[null, formatInstant(from + DAY)]] } });
  });

  test('stays behind by the margin if everything but the end of the range is done', () => {
    const { books, saved } = arrange({ bookmark: since, stream: stream({ margin: 5 * MINUTE }) });

    books.add([{ from, to: END }], []);
    books.save(false);

    expect(saved()).toEqual({ date_updated: formatInstant(NOW - 5 * MINUTE) });
  });

  test('goes back to the run’s start if the clock was set back', () => {
    const { books, saved } = arrange({
      bookmark: { date_updated: formatInstant(NOW - SECOND) },
      startedAt: NOW - MINUTE,
    });

    books.save(true);

    expect(saved()).toEqual({ date_updated: formatInstant(NOW - MINUTE) });
  });

  test('is not set back by a wrong clock', () => {
    const { books, saved } = arrange({ bookmark: since, startedAt: from - 365 * DAY, clocksAgree: false });

    books.save(true);

    expect(saved()).toEqual(since);
  });

  test('has no remembered stretches any more after a complete run', () => {
    const { books, saved } = arrange({ bookmark: since });
    books.add([{ from: from + DAY, to: from + 2 * DAY }], []);
    books.save(false);

    books.add([{ from, to: END }], []);
    books.save(true);

    expect(saved()).toEqual(since);
  });

  test('does not remember stretches whose rows may change and keep their date', () => {
    const { books, saved } = arrange({ bookmark: since, stream: stream({ lookBack: () => DAY }) });

    books.add([{ from: NOW - 2 * DAY, to: END }], []);
    books.save(false);

    expect(saved().resume).toMatchObject({
      finished: [[formatInstant(NOW - 2 * DAY), formatInstant(NOW - DAY)]],
    });
  });
});

describe('a run that was interrupted', () => {
  const from = at('2026-05-01T00:00:00Z');
  const since = { date_updated: formatInstant(from) };

  test('is continued where it stopped, from the text of a state', () => {
    const first = arrange({ bookmark: since, startedAt: NOW - DAY });
    first.books.add(
      [
        { from: from + DAY, to: from + 2 * DAY },
        { from: from + 4 * DAY, to: from + 5 * DAY },
      ],
      [],
    );
    first.books.save(false);
    const text = JSON.stringify(first.state.snapshot());

    const { state } = State.parse(JSON.parse(text), 'state.json', []);
    const second = createBookkeeper({
      stream: stream(),
      key: 'date_updated',
      config,
      state,
      now: NOW,
      latest: () => NOW,
      startedAt: () => NOW,
      clocksAgree: () => true,
    });

    expect(second.range).toEqual({
      from,
      finished: [
        { from: from + DAY, to: from + 2 * DAY },
        { from: from + 4 * DAY, to: from + 5 * DAY },
      ],
      alsoFinished: [],
      finishedAt: NOW - DAY,
    });
  });

  test('lets the bookmark move over what it had done', () => {
    const resume = { run_started: formatInstant(NOW - DAY), finished: [['2026-05-02', '2026-05-03']] };
    const { books, saved } = arrange({ bookmark: { ...since, resume } });

    books.add([{ from, to: from + DAY }], [from + HOUR]);
    books.add([{ from: from + 2 * DAY, to: from + 3 * DAY }], [from + 50 * HOUR]);
    books.save(false);

    expect(saved()).toEqual({ date_updated: '2026-05-03T02:00:00.000000Z' });
  });

  test('is not read again if the run that completed it found nothing more', () => {
    const resume = { run_started: formatInstant(NOW - DAY), finished: [[null, null]] };
    const { books, saved } = arrange({
      stream: stream({ along: 'date_created' }),
      bookmark: { ...since, resume },
    });

    books.save(true);

    expect(saved()).toEqual({ date_updated: formatInstant(NOW - DAY) });
  });

  test('keeps the time of the first interruption if it is interrupted again', () => {
    const resume = { run_started: formatInstant(NOW - DAY), finished: [['2026-05-02', '2026-05-03']] };
    const { books, saved } = arrange({ bookmark: { ...since, resume } });

    books.add([{ from: from + 4 * DAY, to: from + 5 * DAY }], []);
    books.save(false);

    expect(saved().resume).toMatchObject({ run_started: formatInstant(NOW - DAY) });
  });
});

describe('a walk through two lists', () => {
  const from = at('2026-05-01T00:00:00Z');
  const since = { date_updated: formatInstant(from) };
  const both = stream({ also: true });
  const hours = (start: number, end: number): Span => ({ from: from + start * HOUR, to: from + end * HOUR });
  const texts = (start: number, end: number) => [
    formatInstant(from + start * HOUR),
    formatInstant(from + end * HOUR),
  ];

  test('remembers what is done of each list, even if the other has not begun', () => {
    const { books, saved } = arrange({ bookmark: since, stream: both });

    books.add([hours(0, 20)], [from + 19 * HOUR], 'main');
    books.add([hours(30, 40)], [], 'also');
    books.save(false);

    expect(saved()).toEqual({
      ...since,
      resume: {
        run_started: formatInstant(NOW),
        finished: [texts(0, 20)],
        also_finished: [texts(30, 40)],
      },
    });
  });

  test('moves the bookmark to where both lists are done, and remembers the rest', () => {
    const { books, saved } = arrange({ bookmark: since, stream: both });

    books.add([hours(0, 20)], [from + 19 * HOUR], 'main');
    books.add([hours(0, 10)], [from + HOUR], 'also');
    books.save(false);

    expect(saved()).toEqual({
      date_updated: formatInstant(from + 10 * HOUR),
      resume: { run_started: formatInstant(NOW), finished: [texts(10, 20)] },
    });
  });

  test('is continued where each list stopped', () => {
    const resume = {
      run_started: formatInstant(NOW - DAY),
      finished: [texts(5, 6)],
      also_finished: [texts(2, 3)],
    };

    const { books } = arrange({ bookmark: { ...since, resume }, stream: both });

    expect(books.range).toMatchObject({ finished: [hours(5, 6)], alsoFinished: [hours(2, 3)] });
  });

  test('reads all of the second list if the state is from a version that did not know it', () => {
    const resume = { run_started: formatInstant(NOW - DAY), finished: [texts(5, 6)] };

    const { books } = arrange({ bookmark: { ...since, resume }, stream: both });

    expect(books.range).toMatchObject({ finished: [hours(5, 6)], alsoFinished: [] });
  });
});

test('in whatever order stretches are done, the bookmark covers only what is done, and never goes back', () => {
  const from = at('2026-05-01T00:00:00Z');
  const hour = fc.nat(47);
  const page = fc.record({
    from: hour,
    length: fc.integer({ min: 1, max: 6 }),
    dates: fc.array(hour, { maxLength: 3 }),
  });

  fc.assert(
    fc.property(
      fc.constantFrom<readonly WalkList[]>(['main'], ['main', 'also']).chain((lists) =>
        fc.tuple(
          fc.constant(lists),
          fc.array(
            page.chain((each) => fc.constantFrom(...lists).map((list) => ({ ...each, list }))),
            { maxLength: 15 },
          ),
        ),
      ),
      fc.constantFrom(undefined, 5 * MINUTE),
      ([lists, pages], margin) => {
        const { books, state } = arrange({
          bookmark: { date_updated: formatInstant(from) },
          stream: stream({
            ...(margin === undefined ? {} : { margin }),
            ...(lists.length > 1 ? { also: true } : {}),
          }),
        });
        const done: Record<WalkList, Span[]> = { main: [], also: [] };
        let last = from;
        for (const { from: start, length, dates, list } of pages) {
          const span = { from: from + start * HOUR, to: from + (start + length) * HOUR };
          books.add(
            [span],
            dates.map((date) => from + date * HOUR + SECOND),
            list,
          );
          done[list].push(span);
          books.save(false);
          const bookmark = state.instant('things', 'date_updated') ?? Number.NaN;

          expect(bookmark).toBeGreaterThanOrEqual(last);
          for (let at = from; at < bookmark; at += HOUR) {
            for (const each of lists) {
              expect(done[each].some((span) => span.from <= at && span.to > at)).toBe(true);
            }
          }
          last = bookmark;
        }
      },
    ),
  );
});
