import { describe, expect, test } from 'vitest';
import { byEvents } from '../../../src/close/walks/by-events.ts';
import { ProtocolError } from '../../../src/errors.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { merge } from '../../../src/time/span.ts';
import { clockOf, FROM, follow, NOW, refused } from './scripted-walk.ts';

const log = byEvents();
const SINCE = '/event/?date_updated__gte=00:00:00';
const TAIL = '/event/?date_updated__gte=2026-06-01T12:00:00Z&_limit=50';

/** An event so many whole seconds after FROM; its date has no zone. */
const event = (id: string, seconds: number, fraction = '000000') => ({
  id,
  date_updated: `2026-05-01T${clockOf(seconds)}.${fraction}`,
});
const page = (cursor_next: string | null, ...data: object[]) => ({
  data,
  cursor_next,
  cursor_previous: null,
});
const NOTHING = page(null);

describe('the event log', () => {
  test('is asked for by dates for its first page, and by the cursor alone from then on', async () => {
    const { ids, done } = await follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('d', 40), event('c', 30))],
      ['/event/?_cursor=c1&_limit=50', page('c2', event('b', 20))],
      ['/event/?_cursor=c2&_limit=50', page(null, event('a', 10))],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['d', 'c', 'b', 'a']);
    expect(merge(done)).toEqual([{ from: FROM, to: Number.POSITIVE_INFINITY }]);
  });

  test('ends where the range begins, since the cursor goes on beyond it', async () => {
    const { ids } = await follow(
      log,
      [
        [`${SINCE}&_limit=50`, page('c1', event('d', 40), event('c', 30))],
        ['/event/?_cursor=c1&_limit=50', page('c2', event('b', 0, '600000'), event('a', 0, '400000'))],
        [TAIL, NOTHING],
      ],
      { from: FROM + SECOND / 2 },
    );

    expect(ids).toEqual(['d', 'c', 'b']);
  });

  test('fails after some requests when every cursor in a crowded second is refused', async () => {
    const crowd = page('c1', event('c', 30, '9'), event('b', 30, '5'));
    const walking = follow(log, [
      [`${SINCE}&_limit=50`, crowd],
      ...Array.from({ length: 6 }, () => [
        ['/event/?_cursor=c1&_limit=50', refused(400)] as const,
        [`${SINCE}&date_updated__lt=00:00:31&_limit=50`, crowd] as const,
      ]).flat(),
    ]);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test('fails after some requests when cursors go on and bring nothing new', async () => {
    const walking = follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('b', 30))],
      ...Array.from(
        { length: 7 },
        () => ['/event/?_cursor=c1&_limit=50', page('c1', event('b', 30))] as const,
      ),
    ]);

    await expect(walking).rejects.toThrow('the cursors go on but return nothing new');
  });

  test('fails when cursors lead in a circle', async () => {
    const [newer, older] = [page('c1', event('c', 40), event('b', 30)), page('c2', event('a', 10))];
    const walking = follow(log, [
      [`${SINCE}&_limit=50`, newer],
      ...Array.from({ length: 4 }, () => [
        ['/event/?_cursor=c1&_limit=50', older] as const,
        ['/event/?_cursor=c2&_limit=50', newer] as const,
      ]).flat(),
    ]);

    await expect(walking).rejects.toThrow('the cursors go on but return nothing new');
  });

  test('asks by minutes if the filter leaves out the second in which a page ended', async () => {
    const { ids } = await follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('c', 90), event('b', 80))],
      ['/event/?_cursor=c1&_limit=50', refused(400)],
      [`${SINCE}&date_updated__lt=00:01:21&_limit=50`, page(null, event('z', 20))],
      [
        `${SINCE}&date_updated__lt=00:02:00&_limit=50`,
        page(null, event('c', 90), event('b', 80), event('a', 70), event('z', 20)),
      ],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['c', 'b', 'a', 'z']);
  });

  test('still leaves out the rows of the last second after a cursor has expired', async () => {
    const { ids } = await follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('e', 40), event('d', 30, '9'), event('c', 30, '1'))],
      ['/event/?_cursor=c1&_limit=50', refused(400)],
      [
        `${SINCE}&date_updated__lt=00:00:31&_limit=50`,
        page('c9', event('d', 30, '9'), event('c', 30, '1'), event('b', 30)),
      ],
      ['/event/?_cursor=c9&_limit=50', page(null, event('a', 10))],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  test('reads a second with many events by cursor, and remembers all of them', async () => {
    const { ids } = await follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('e', 30, '9'), event('d', 30, '8'))],
      ['/event/?_cursor=c1&_limit=50', page('c2', event('c', 30, '7'), event('b', 30, '6'))],
      ['/event/?_cursor=c2&_limit=50', refused(400)],
      [
        `${SINCE}&date_updated__lt=00:00:31&_limit=50`,
        page('c9', event('e', 30, '9'), event('d', 30, '8'), event('c', 30, '7')),
      ],
      ['/event/?_cursor=c9&_limit=50', page(null, event('b', 30, '6'), event('a', 3))],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  test('emits an event again after it was merged with a later one', async () => {
    const merged = { id: 'a', date_updated: '2026-06-01T12:00:03' };

    const { ids } = await follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('b', 20))],
      ['/event/?_cursor=c1&_limit=50', page(null, event('a', 10))],
      [TAIL, page(null, merged)],
    ]);

    expect(ids).toEqual(['b', 'a', 'a']);
  });

  test('emits an event of the second in which the run began only once', async () => {
    const early = { id: 'b', date_updated: '2026-06-01T12:00:00.200000' };

    const { ids } = await follow(
      log,
      [
        [`${SINCE}&_limit=50`, page('c1', early)],
        ['/event/?_cursor=c1&_limit=50', page(null, event('a', 10))],
        [TAIL, page(null, early)],
      ],
      {},
      { startedAt: () => NOW + SECOND / 2 },
    );

    expect(ids).toEqual(['b', 'a']);
  });

  test('is never asked for more than fifty events at once, whatever the page size', async () => {
    await follow(log, [[`${SINCE}&_limit=50`, NOTHING]], {}, { page_size: 200 });
    await follow(log, [[`${SINCE}&_limit=7`, NOTHING]], {}, { page_size: 7 });
  });

  test('goes on by cursor after an empty page', async () => {
    const { ids, done } = await follow(log, [
      [`${SINCE}&_limit=50`, page('c1')],
      ['/event/?_cursor=c1&_limit=50', page(null, event('a', 10))],
      [TAIL, NOTHING],
    ]);

    expect(ids).toEqual(['a']);
    expect(merge(done)).toEqual([{ from: FROM, to: Number.POSITIVE_INFINITY }]);
  });

  test('leaves out what an interrupted run has finished', async () => {
    const finished = [{ from: FROM + 20 * SECOND, to: FROM + 50 * SECOND }];

    const { ids } = await follow(
      log,
      [
        ['/event/?date_updated__gte=00:00:50&_limit=50', page(null, event('z', 60))],
        [`${SINCE}&date_updated__lt=00:00:20&_limit=50`, page(null, event('a', 10))],
        [TAIL, NOTHING],
      ],
      { finished },
    );

    expect(ids).toEqual(['z', 'a']);
  });

  test('fails when the filter was ignored', async () => {
    const walking = follow(log, [
      [`${SINCE}&_limit=50`, page(null, event('b', 20), { id: 'a', date_updated: '2026-04-01T00:00:00' })],
    ]);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test.each([400, 403])('fails when the key may not read it: %i', async (status) => {
    const walking = follow(log, [[`${SINCE}&_limit=50`, refused(status)]]);

    await expect(walking).rejects.toMatchObject({ status });
  });

  test('fails if a request with a cursor fails for another reason than the cursor', async () => {
    const walking = follow(log, [
      [`${SINCE}&_limit=50`, page('c1', event('b', 20))],
      ['/event/?_cursor=c1&_limit=50', refused(403)],
    ]);

    await expect(walking).rejects.toMatchObject({ status: 403 });
  });
});
