import { describe, expect, test } from 'vitest';
import { byCreated } from '../../src/close/by-created.ts';
import { ProtocolError } from '../../src/errors.ts';
import { SECOND } from '../../src/time.ts';
import { at, FROM, follow, refused, row } from './scripted-walk.ts';

const tasks = byCreated({ path: '/task/', query: { _type: 'all' }, limit: 2 });
const SINCE = '_type=all&_order_by=date_created&date_updated__gte=00:00:00';
const page = (...rows: object[]) => ({ data: rows, has_more: false, total_results: rows.length });
const more = (total: number, ...rows: object[]) => ({ data: rows, has_more: true, total_results: total });

describe('a list by creation under a filter on change', () => {
  test('keeps its filter while it moves along the other date, from before all time to after', async () => {
    const { ids, done } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', -90_000, 5), row('b', 10.5, 20))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, page(row('b', 10.5, 20), row('c', 30, 30))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c']);
    expect(done.at(-1)).toEqual({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
  });

  test('emits an object again that was changed between two pages', async () => {
    const { ids } = await follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', 1), row('b', 10))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, page(row('b', 10, 99))],
    ]);

    expect(ids).toEqual(['a', 'b', 'b']);
  });

  test('drops what a filter by whole seconds lets through, and keeps what has no date', async () => {
    const { ids } = await follow(
      tasks,
      [[`/task/?${SINCE}&_limit=2`, page(row('a', -5, 0.4), { ...row('b', 1), date_updated: null })]],
      { from: FROM + SECOND / 2 },
    );

    expect(ids).toEqual(['b']);
  });

  test('crosses a second with more rows than a page by offset', async () => {
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

  test('fails where _skip is refused, having no other way through', async () => {
    const within = `${SINCE}&date_created__gte=00:00:10&date_created__lt=00:00:11&_limit=2`;

    const walking = follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${SINCE}&date_created__gte=00:00:10&_limit=2`, more(4, row('a', 10.1), row('b', 10.2))],
      [`/task/?${within}`, more(3, row('a', 10.1), row('b', 10.2))],
      [`/task/?${within}&_skip=1`, refused(400)],
    ]);

    await expect(walking).rejects.toMatchObject({ status: 400 });
  });

  test('fails when rows lie outside the bounds of the order', async () => {
    const walking = follow(tasks, [
      [`/task/?${SINCE}&_limit=2`, more(3, row('a', 1), row('b', 100))],
      [`/task/?${SINCE}&date_created__gte=00:01:40&_limit=2`, more(3, row('a', 1), row('b', 100))],
    ]);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test('reads of what an interrupted run finished only what changed since that run began', async () => {
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
