import { describe, expect, test } from 'vitest';
import type { Api } from '../../../src/close/walk.ts';
import { byCreated } from '../../../src/close/walks/by-created.ts';
import { ProtocolError } from '../../../src/errors.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { at, FROM, follow, refused, row } from './scripted-walk.ts';

const tasks = byCreated({ path: '/task/', query: { _type: 'all' }, limit: 2 });
const SINCE = '_type=all&_order_by=date_created&date_updated__gte=00:00:00';
const page = (...rows: object[]) => ({ data: rows, has_more: false, total_results: rows.length });
const more = (total: number, ...rows: object[]) => ({ data: rows, has_more: true, total_results: total });

describe('a list in order of date_created with a filter on date_updated', () => {
  test('keeps its filter while it goes along date_created, without bounds at either end', async () => {
    const { ids, done } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', -90_000, 5), row('b', 10.5, 20))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, page(row('b', 10.5, 20), row('c', 30, 30))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c']);
    expect(done.at(-1)).toEqual({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
  });

  test('has no filter if everything is to be read', async () => {
    const { ids } = await follow(
      tasks,
      [['/task/?_type=all&_order_by=date_created&_limit=2', page(row('a', -90_000))]],
      {
        from: Number.NEGATIVE_INFINITY,
      },
    );

    expect(ids).toEqual(['a']);
  });

  test('says once how many rows will come, but not if an interrupted run has read a part', async () => {
    const script = [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', 1), row('b', 10))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, page(row('b', 10), row('c', 20))],
    ] as const;
    const expected: number[] = [];
    const expects = (rows: number) => expected.push(rows);

    await follow(tasks, script, {}, { expects });
    expect(expected).toEqual([3]);

    const finished = [{ from: FROM - SECOND, to: FROM + SECOND }];
    const api: Api = { fetch: async (_, parse) => parse({ ...page(), total_results: 7 }) };
    await follow(tasks, [], { finished }, { expects, api });
    expect(expected).toEqual([3]);
  });

  test('emits an object again that was changed between two pages', async () => {
    const { ids } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', 1), row('b', 10))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, page(row('b', 10, 99))],
    ]);

    expect(ids).toEqual(['a', 'b', 'b']);
  });

  test('leaves out rows that a filter by whole seconds lets through, and keeps rows without a date', async () => {
    const { ids } = await follow(
      tasks,
      [[`/task/?${SINCE}&_limit=2`, page(row('a', -5, 0.4), { ...row('b', 1), date_updated: null })]],
      { from: FROM + SECOND / 2 },
    );

    expect(ids).toEqual(['b']);
  });

  test('reads a second with more rows than a page by _skip', async () => {
    const within = `${SINCE}&date_created__gte=00:00:10&date_created__lt=00:00:11&_limit=2`;

    const { ids } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${within}`, more(3, row('a', 10.1), row('b', 10.2))],
      [`/task/?${within}&_skip=1`, page(row('b', 10.2), row('c', 10.3))],
      [`/task/?${within}`, more(3, row('a', 10.1), row('b', 10.2))],
      [`/task/?${SINCE}&date_created__gte=00:00:11&_limit=2`, page(row('d', 12))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c', 'd']);
  });

  test('leaves out unchanged rows in such a second too, if the server ignores the filter', async () => {
    const unchanged = row('b', 10.2, -60);
    const within = `${SINCE}&date_created__gte=00:00:10&date_created__lt=00:00:11&_limit=2`;

    const { ids } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', 10.1), unchanged)],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, more(3, row('a', 10.1), unchanged)],
      [`/task/?${within}`, more(3, row('a', 10.1), unchanged)],
      [`/task/?${within}&_skip=1`, page(unchanged, row('c', 10.3, -60))],
      [`/task/?${within}`, more(3, row('a', 10.1), unchanged)],
      [`/task/?${SINCE}&date_created__gte=00:00:11&_limit=2`, page(row('d', 12))],
    ]);

    expect(ids).toEqual(['a', 'd']);
  });

  test('fails after everything else was read, if _skip is refused and there are no types to read', async () => {
    const within = `${SINCE}&date_created__gte=00:00:10&date_created__lt=00:00:11&_limit=2`;

    const walking = follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${within}`, more(3, row('a', 10.1), row('b', 10.2))],
      [`/task/?${within}&_skip=1`, refused(400)],
      [`/task/?${SINCE}&date_created__gte=00:00:11&_limit=2`, page(row('d', 12))],
    ]);

    await expect(walking).rejects.toThrow(
      '/task/: some rows of 2026-05-01T00:00:10Z cannot be read; everything else has been read',
    );
  });

  describe('with more rows in a second than a page', () => {
    const parted = byCreated({
      path: '/task/',
      query: { _type: 'all' },
      limit: 2,
      largest: 50,
      partition: [{ query: { _type: 'lead' } }, { query: { _type: 'voicemail' } }],
    });
    const crowd = [
      [`/task/?${SINCE}&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
    ] as const;
    const second =
      'date_updated__gte=00:00:00&date_created__gte=00:00:10&date_created__lt=00:00:11&_limit=50';
    const rest = [`/task/?${SINCE}&date_created__gte=00:00:11&_limit=2`, page(row('z', 12))] as const;

    test('asks for the largest page', async () => {
      const { ids } = await follow(parted, [
        ...crowd,
        [
          `/task/?_type=all&_order_by=date_created&${second}`,
          page(row('a', 10.1), row('b', 10.2), row('c', 10.3)),
        ],
        rest,
      ]);

      expect(ids).toEqual(['a', 'b', 'c', 'z']);
    });

    const tooFar = [
      [`/task/?_type=all&_order_by=date_created&${second}`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?_type=all&_order_by=date_created&${second}&_skip=1`, refused(400)],
    ] as const;

    test('reads it type by type if _skip is refused', async () => {
      const { ids, warnings } = await follow(parted, [
        ...crowd,
        ...tooFar,
        [`/task/?_type=lead&_order_by=date_created&${second}`, page(row('a', 10.1), row('c', 10.3))],
        [`/task/?_type=voicemail&_order_by=date_created&${second}`, page(row('b', 10.2), row('d', 10.4))],
        rest,
      ]);

      expect(ids).toEqual(['a', 'b', 'c', 'd', 'z']);
      expect(warnings).toHaveLength(1);
    });

    test('fails after everything else was read, if the types have fewer rows than the whole list counts', async () => {
      const walking = follow(parted, [
        ...crowd,
        ...tooFar,
        [`/task/?_type=lead&_order_by=date_created&${second}`, page(row('a', 10.1))],
        [`/task/?_type=voicemail&_order_by=date_created&${second}`, page(row('b', 10.1))],
        rest,
      ]);

      await expect(walking).rejects.toThrow('its types hold 2 of 4 rows');
    });
  });

  test('goes on after a page that says it is the last, but counts more rows', async () => {
    const short = { data: [row('a', 1), row('b', 10)], has_more: false, total_results: 90 };

    const { ids } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, short],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, page(row('b', 10), row('c', 30))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('fails when a page is empty but counts many rows', async () => {
    const walking = follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, { data: [], has_more: false, total_results: 90 }],
    ]);

    await expect(walking).rejects.toThrow('the list counts 90 rows, returns 0 of them');
  });

  test('fails when rows are outside the bounds of date_created', async () => {
    const walking = follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', 1), row('b', 100))],
      [`/task/?${SINCE}&date_created__gte=00:01:40&_limit=2`, more(3, row('a', 1), row('b', 100))],
    ]);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test('reads only changes since an interrupted run began, in the spans that it finished', async () => {
    const finished = [{ from: Number.NEGATIVE_INFINITY, to: FROM + 60 * SECOND }];
    const since = '_type=all&_order_by=date_created&date_updated__gte=2026-05-20T00:00:00Z';

    const { ids } = await follow(
      tasks,
      [
        [`/task/?${SINCE}&date_created__gte=00:01:00&_limit=2`, page(row('b', 70))],
        [`/task/?${since}&date_created__lt=00:01:00&_limit=2`, page(row('a', 10, 25 * 86_400))],
      ],
      { finished, finishedAt: at('2026-05-20T00:00:00Z') },
    );

    expect(ids).toEqual(['b', 'a']);
  });
});
