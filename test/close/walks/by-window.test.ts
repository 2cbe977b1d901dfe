import { describe, expect, test } from 'vitest';
import { byWindow } from '../../../src/close/walks/by-window.ts';
import { ProtocolError } from '../../../src/errors.ts';
import { DAY, SECOND } from '../../../src/time/instant.ts';
import { merge, type Span } from '../../../src/time/span.ts';
import { at, FROM, follow, NOW, refused, row } from './scripted-walk.ts';

const activities = byWindow({
  path: '/activity/',
  field: 'date_created',
  limit: 2,
  partition: [{ path: '/activity/call/' }, { path: '/activity/note/' }],
});
const SINCE = 'date_created__gte=00:00:00';
const TAIL = '/activity/?date_created__gte=2026-06-01T12:00:00Z&_limit=2';
const NOTHING = { data: [], has_more: false };
const page = (...rows: object[]) => ({ data: rows, has_more: false });
const more = (...rows: object[]) => ({ data: rows, has_more: true });

describe('a list with the newest rows first and a filter on the same date', () => {
  test('is read in one request if one page holds all of it', async () => {
    const { ids, done } = await follow(activities, [
      [`/activity/?${SINCE}&_limit=2`, page(row('b', 2), row('a', 1))],
    ]);

    expect(ids).toEqual(['b', 'a']);
    expect(merge(done)).toEqual([{ from: FROM, to: Number.POSITIVE_INFINITY }]);
  });

  test('is read on from its last whole second, without the rows that were seen', async () => {
    const { ids } = await follow(activities, [
      [`/activity/?${SINCE}&_limit=2`, more(row('d', 10.5), row('c', 9.7))],
      [`/activity/?${SINCE}&date_created__lt=00:00:10&_limit=2`, more(row('c', 9.7), row('b', 8.2))],
      [`/activity/?${SINCE}&date_created__lt=00:00:09&_limit=2`, page(row('b', 8.2), row('a', 8))],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['d', 'c', 'b', 'a']);
  });

  test('goes on by seconds if the first page is of one second and shows no order', async () => {
    const eight = byWindow({ path: '/activity/', field: 'date_created', limit: 8 });
    const tied = Array.from({ length: 8 }, (_, index) => row(`t${index}`, 10 + index / 10));
    const last = tied.at(-1) ?? row('t', 10);

    const { ids } = await follow(eight, [
      [`/activity/?${SINCE}&_limit=8`, more(...tied)],
      [`/activity/?${SINCE}&date_created__lt=00:00:11&_limit=8`, page(last, row('a', 9))],
      ['/activity/?date_created__gte=00:00:11&_limit=8', NOTHING],
      [TAIL.replace('_limit=2', '_limit=8'), NOTHING],
    ]);

    expect(ids).toEqual([...tied.map(({ id }) => id), 'a']);
  });

  test('is read once more at its newest end for rows that changed while it was read', async () => {
    const moved = {
      ...row('a', 0),
      date_created: '2026-06-01T12:00:05Z',
      date_updated: '2026-06-01T12:00:05Z',
    };

    const { ids } = await follow(activities, [
      [`/activity/?${SINCE}&_limit=2`, more(row('c', 10), row('b', 9))],
      [`/activity/?${SINCE}&date_created__lt=00:00:10&_limit=2`, page(row('b', 9))],
      [TAIL, page(moved)],
    ]);

    expect(ids).toEqual(['c', 'b', 'a']);
  });

  test('keeps rows with dates in the future', async () => {
    const meeting = { ...row('m', 0), date_created: '2027-01-01T09:00:00+00:00' };

    const { ids } = await follow(activities, [[`/activity/?${SINCE}&_limit=2`, page(meeting)]]);

    expect(ids).toEqual(['m']);
  });

  test('leaves out rows below the range that a coarse filter lets through', async () => {
    const { ids } = await follow(
      activities,
      [[`/activity/?${SINCE}&_limit=2`, page(row('b', 0.6), row('a', 0.4))]],
      { from: FROM + SECOND / 2 },
    );

    expect(ids).toEqual(['b']);
  });

  test('keeps a row without a date', async () => {
    const { ids } = await follow(activities, [
      [`/activity/?${SINCE}&_limit=2`, page({ id: 'x', date_created: null })],
    ]);

    expect(ids).toEqual(['x']);
  });

  test('counts rows without an id', async () => {
    const { ids, withoutId } = await follow(activities, [
      [`/activity/?${SINCE}&_limit=2`, page({ id: null }, row('a', 1))],
    ]);

    expect(ids).toEqual(['a']);
    expect(withoutId).toBe(1);
  });

  test('is asked for pages of the size that the user wants', async () => {
    await follow(activities, [[`/activity/?${SINCE}&_limit=1`, NOTHING]], {}, { page_size: 1 });
    await follow(activities, [[`/activity/?${SINCE}&_limit=2`, NOTHING]], {}, { page_size: 200 });
  });
});

describe('a second with more rows than a page', () => {
  const crowd = [
    [`/activity/?${SINCE}&_limit=2`, more(row('d', 9.9), row('c', 9.5))],
    [`/activity/?${SINCE}&date_created__lt=00:00:10&_limit=2`, more(row('d', 9.9), row('c', 9.5))],
    [
      '/activity/?date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2',
      more(row('d', 9.9), row('c', 9.5)),
    ],
  ] as const;

  test('is read by _skip, within that second only', async () => {
    const { ids } = await follow(activities, [
      ...crowd,
      [
        '/activity/?date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2&_skip=1',
        more(row('c', 9.5), row('b', 9.1)),
      ],
      [
        '/activity/?date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2&_skip=2',
        page(row('b', 9.1)),
      ],
      [
        '/activity/?date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2',
        more(row('d', 9.9), row('c', 9.5)),
      ],
      [`/activity/?${SINCE}&date_created__lt=00:00:09&_limit=2`, page(row('a', 3))],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['d', 'c', 'b', 'a']);
  });

  test('is read type by type if _skip is refused', async () => {
    const within = 'date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2';

    const { ids, warnings } = await follow(activities, [
      ...crowd,
      [`/activity/?${within}&_skip=1`, refused(400)],
      [`/activity/call/?${within}`, page(row('d', 9.9), row('c', 9.5))],
      [`/activity/note/?${within}`, page(row('b', 9.1))],
      [`/activity/?${SINCE}&date_created__lt=00:00:09&_limit=2`, NOTHING],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['d', 'c', 'b']);
    expect(warnings).toEqual([
      '/activity/: more rows at 2026-05-01T00:00:09Z than _skip reaches; reading them type by type',
    ]);
  });

  test.each([404, 400])(
    'is read without the list of a type that answers %i, since the account has no such type',
    async (status) => {
      const within = 'date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2';

      const { ids, warnings } = await follow(activities, [
        ...crowd,
        [`/activity/?${within}&_skip=1`, refused(400)],
        [`/activity/call/?${within}`, refused(status)],
        [`/activity/note/?${within}`, page(row('b', 9.1))],
        [`/activity/?${SINCE}&date_created__lt=00:00:09&_limit=2`, NOTHING],
        [TAIL, NOTHING],
      ]);

      expect(ids).toEqual(['d', 'c', 'b']);
      expect(warnings).toContain('/activity/call/ does not exist in this account; its rows are not read');
    },
  );

  test('fails when a list of one type has more rows than _skip reaches', async () => {
    const within = 'date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2';

    const walking = follow(activities, [
      ...crowd,
      [`/activity/?${within}&_skip=1`, refused(400)],
      [`/activity/call/?${within}`, more(row('d', 9.9), row('c', 9.5))],
      [`/activity/call/?${within}&_skip=1`, refused(400)],
      [`/activity/?${SINCE}&date_created__lt=00:00:09&_limit=2`, NOTHING],
      [TAIL, NOTHING],
    ]);

    await expect(walking).rejects.toThrow(/400/);
  });

  test('fails for any other refusal', async () => {
    const walking = follow(activities, [
      ...crowd,
      ['/activity/?date_created__gte=00:00:09&date_created__lt=00:00:10&_limit=2&_skip=1', refused(403)],
    ]);

    await expect(walking).rejects.toMatchObject({ status: 403 });
  });
});

describe('a wrong answer', () => {
  test('with rows in no order halves the range', async () => {
    const range = { from: FROM, finished: [{ from: FROM + 8 * SECOND, to: Number.POSITIVE_INFINITY }] };

    const { ids } = await follow(
      activities,
      [
        [`/activity/?${SINCE}&date_created__lt=00:00:08&_limit=2`, more(row('a', 1), row('c', 6))],
        [`/activity/?${SINCE}&date_created__lt=00:00:04&_limit=2`, page(row('a', 1), row('b', 3))],
        [
          '/activity/?date_created__gte=00:00:04&date_created__lt=00:00:08&_limit=2',
          page(row('c', 6), row('d', 7)),
        ],
        [TAIL, NOTHING],
      ],
      range,
    );

    expect(new Set(ids)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  test.each([
    ['before', row('x', -61)],
    ['after', row('x', 86_400)],
  ])('of rows from %s the range fails, for the filter was ignored', async (_, outside) => {
    const range = { finished: [{ from: FROM + 8 * SECOND, to: Number.POSITIVE_INFINITY }] };

    const walking = follow(
      activities,
      [[`/activity/?${SINCE}&date_created__lt=00:00:08&_limit=2`, page(outside)]],
      range,
    );

    await expect(walking).rejects.toThrow(ProtocolError);
    await expect(walking).rejects.toThrow(
      /GET \/activity\/: date_created from .* brought x .*ignored the filter/,
    );
  });

  test('that is empty but says there is more is a failure', async () => {
    const walking = follow(activities, [[`/activity/?${SINCE}&_limit=2`, more()]]);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test('that refuses the request is a failure, not the end of the list', async () => {
    const walking = follow(activities, [[`/activity/?${SINCE}&_limit=2`, refused(400)]]);

    await expect(walking).rejects.toMatchObject({ status: 400 });
  });
});

describe('a range', () => {
  test('is read in windows of the length that the user wants, newest first', async () => {
    const windows = [
      ['/activity/?date_created__gte=2026-05-31T00:00:00Z&_limit=2', NOTHING],
      [
        '/activity/?date_created__gte=2026-05-16T00:00:00Z&date_created__lt=2026-05-31T00:00:00Z&_limit=2',
        NOTHING,
      ],
      [`/activity/?${SINCE}&date_created__lt=2026-05-16T00:00:00Z&_limit=2`, NOTHING],
      [TAIL, NOTHING],
    ] as const;

    const { done } = await follow(activities, windows, {}, { date_window: 15 });

    expect(merge(done)).toEqual([{ from: FROM, to: Number.POSITIVE_INFINITY }]);
  });

  test('leaves out what an interrupted run has finished', async () => {
    const finished = [
      { from: at('2026-05-02T00:00:00Z'), to: at('2026-05-03T00:00:00Z') },
      { from: at('2026-05-04T00:00:00Z'), to: NOW - DAY },
    ];

    const { ids } = await follow(
      activities,
      [
        ['/activity/?date_created__gte=2026-05-31T12:00:00Z&_limit=2', NOTHING],
        [
          '/activity/?date_created__gte=2026-05-03T00:00:00Z&date_created__lt=2026-05-04T00:00:00Z&_limit=2',
          NOTHING,
        ],
        [`/activity/?${SINCE}&date_created__lt=2026-05-02T00:00:00Z&_limit=2`, page(row('a', 1))],
        [TAIL, NOTHING],
      ],
      { finished },
    );

    expect(ids).toEqual(['a']);
  });
});

describe('a second list of the same table', () => {
  const both = byWindow({
    path: '/activity/',
    field: 'date_created',
    limit: 2,
    also: '/activity/emailthread/',
  });

  test('is read as well, and its spans that are done are noted by themselves', async () => {
    const { ids, done, alsoDone } = await follow(both, [
      [`/activity/emailthread/?${SINCE}&_limit=2`, page(row('t', 3))],
      [`/activity/?${SINCE}&_limit=2`, page(row('a', 1))],
    ]);

    const whole = [{ from: FROM, to: Number.POSITIVE_INFINITY }];
    expect(ids.sort()).toEqual(['a', 't']);
    expect([done, alsoDone]).toEqual([whole, whole]);
  });

  test('leaves out what an interrupted run has finished of that list, and only of that', async () => {
    const upTo = (to: number): Span => ({ from: FROM, to });

    const { ids } = await follow(
      both,
      [
        ['/activity/emailthread/?date_created__gte=00:00:20&_limit=2', page(row('t', 30))],
        ['/activity/?date_created__gte=00:00:10&_limit=2', page(row('a', 11))],
      ],
      { finished: [upTo(FROM + 10 * SECOND)], alsoFinished: [upTo(FROM + 20 * SECOND)] },
    );

    expect(ids).toEqual(['t', 'a']);
  });

  const missing = [
    [`/activity/emailthread/?${SINCE}&_limit=2`, refused(404)],
    [`/activity/?${SINCE}&_limit=2`, page(row('a', 1))],
  ] as const;

  test('may not exist', async () => {
    const { ids, warnings } = await follow(both, missing);

    expect(ids).toEqual(['a']);
    expect(warnings).toEqual([
      '/activity/emailthread/ does not exist in this account; its rows are not read',
    ]);
  });

  test('counts as done when it does not exist', async () => {
    const { done } = await follow(both, missing);

    expect(merge(done)).toEqual([{ from: FROM, to: Number.POSITIVE_INFINITY }]);
  });

  test('fails the whole walk when it fails', async () => {
    const walking = follow(both, [
      [`/activity/emailthread/?${SINCE}&_limit=2`, refused(403)],
      [`/activity/?${SINCE}&_limit=2`, page(row('a', 1))],
    ]);

    await expect(walking).rejects.toMatchObject({ status: 403 });
  });
});
