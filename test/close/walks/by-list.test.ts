import { describe, expect, test } from 'vitest';
import { parsePagedList } from '../../../src/close/envelope.ts';
import { byOffset } from '../../../src/close/paging/by-offset.ts';
import { byList } from '../../../src/close/walks/by-list.ts';
import { ProtocolError } from '../../../src/errors.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { createRandom } from '../../sandbox/random.ts';
import { FROM, follow, refused, row } from './scripted-walk.ts';

const users = byList([{ path: '/user/', limit: 3 }]);
const page = (...rows: object[]) => ({ data: rows, has_more: false });
const more = (...rows: object[]) => ({ data: rows, has_more: true });

describe('a list that takes no limit', () => {
  const pipelines = byList([{ path: '/pipeline/', limit: null }]);

  test('is one request, whether or not it says that this is all', async () => {
    const { ids } = await follow(pipelines, [['/pipeline/', { data: [row('a', 1), row('b', 2)] }]]);

    expect(ids).toEqual(['a', 'b']);
  });

  test('is read by pages when it says that there is more', async () => {
    const { ids } = await follow(pipelines, [
      ['/pipeline/', more(row('a', 1), row('b', 2), row('c', 3))],
      ['/pipeline/?_limit=3', more(row('a', 1), row('b', 2), row('c', 3))],
      ['/pipeline/?_limit=3&_skip=2', page(row('c', 3), row('d', 4))],
      ['/pipeline/?_limit=3', more(row('a', 1), row('b', 2), row('c', 3))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c', 'd']);
  });
});

test('a list that takes no limit is read on when it counts more rows than it brings', async () => {
  const walking = follow(byList([{ path: '/pipeline/', limit: null }]), [
    ['/pipeline/', { data: [row('a', 1), row('b', 2)], total_results: 40 }],
    ['/pipeline/?_limit=2', { data: [row('a', 1), row('b', 2)], has_more: false, total_results: 40 }],
    ['/pipeline/?_limit=2&_skip=1', { data: [row('b', 2)], has_more: false, total_results: 40 }],
    ['/pipeline/?_limit=2&_skip=2', { data: [], has_more: false, total_results: 40 }],
  ]);

  await expect(walking).rejects.toThrow('the list counts 40 rows, returns 2 of them');
});

describe('a whole list', () => {
  test('is read in pages that share a row, and again until each row was met twice', async () => {
    const { ids, done } = await follow(users, [
      ['/user/?_limit=3', more(row('a', 1), row('b', 2), row('c', 3))],
      ['/user/?_limit=3&_skip=2', more(row('c', 3), row('d', 4), row('e', 5))],
      ['/user/?_limit=3&_skip=4', page(row('e', 5), row('f', 6))],
      ['/user/?_limit=3', more(row('a', 1), row('b', 2), row('c', 3))],
      ['/user/?_limit=3&_skip=2', more(row('c', 3), row('d', 4), row('e', 5))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(done).toEqual([{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]);
  });

  test('is read from an earlier place when a row has left an earlier page', async () => {
    const { ids } = await follow(users, [
      ['/user/?_limit=3', more(row('a', 1), row('b', 2), row('c', 3))],
      // `a` and `b` were deleted, so `d` and `e` have moved up.
      ['/user/?_limit=3&_skip=2', more(row('e', 5), row('f', 6), row('g', 7))],
      ['/user/?_limit=3', more(row('c', 3), row('d', 4), row('e', 5))],
      ['/user/?_limit=3&_skip=2', page(row('e', 5), row('f', 6), row('g', 7))],
      ['/user/?_limit=3', more(row('c', 3), row('d', 4), row('e', 5))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  test('is read again when a row came twice, since another may be missing', async () => {
    const { ids } = await follow(users, [
      ['/user/?_limit=3', more(row('a', 1), row('b', 2), row('c', 3))],
      // `x` moved from the end to the front, and shifted the row that is now first on this page.
      ['/user/?_limit=3&_skip=2', page(row('b', 2), row('c', 3), row('e', 5))],
      ['/user/?_limit=3', more(row('x', 9), row('a', 1), row('b', 2))],
      ['/user/?_limit=3&_skip=2', page(row('b', 2), row('c', 3), row('e', 5))],
      ['/user/?_limit=3', more(row('x', 9), row('a', 1), row('b', 2))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c', 'e', 'x']);
  });

  test('ends with a full page if that page says so', async () => {
    const { ids } = await follow(users, [['/user/?_limit=3', page(row('a', 1), row('b', 2), row('c', 3))]]);

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('goes on after a short page that says there is more', async () => {
    const { ids } = await follow(users, [
      ['/user/?_limit=3', more(row('a', 1), row('b', 2))],
      ['/user/?_limit=3&_skip=1', page(row('b', 2), row('c', 3))],
      ['/user/?_limit=3', more(row('a', 1), row('b', 2))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('fails when the page is empty but says that there is more', async () => {
    const walking = follow(users, [['/user/?_limit=3', more()]]);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test('fails when it stays unclear whether all rows were met', async () => {
    const reading = [
      ['/user/?_limit=2', more(row('a', 1), row('b', 2))],
      ['/user/?_limit=2&_skip=1', page(row('b', 2), row('b', 2))],
    ] as const;
    const script = Array.from({ length: 4 }, () => reading).flat();

    const walking = follow(users, script, {}, { page_size: 2 });

    await expect(walking).rejects.toThrow(/^GET \/\S+: the list changes faster than it can be read/);
  });

  /** The error that ends the reading of a server whose list has no end. */
  const verdictOn = async (serve: (request: number) => object): Promise<unknown> => {
    let requests = 0;
    const pages = byOffset(
      'GET /user/',
      async () => {
        requests += 1;
        if (requests > 2_000) throw new Error('asked without end');
        return parsePagedList(serve(requests));
      },
      2,
    );
    try {
      for await (const _ of pages);
      return 'read';
    } catch (error) {
      return error;
    }
  };

  test('fails when the server ignores _skip, so that each page is the first page', async () => {
    const verdict = await verdictOn(() => more(row('a', 1), row('b', 2)));

    expect(verdict).toBeInstanceOf(ProtocolError);
  });

  test('fails when no page ever joins the page before it', async () => {
    const verdict = await verdictOn((request) => more(row(`a${request}`, 1), row(`b${request}`, 2)));

    expect(verdict).toBeInstanceOf(ProtocolError);
  });

  test('is read in several passes when all but its first rows are in another order each time', async () => {
    const [head, tail, limit] = [5, 2000, 10];
    const random = createRandom(7, 1);
    let requests = 0;
    const fetch = async (skip: number) => {
      requests += 1;
      if (requests > 20_000) throw new Error('asked without end');
      const turn = random.int(tail);
      const order = (place: number) => (place < head ? place : head + ((place - head + turn) % tail));
      const places = Array.from({ length: Math.min(limit, head + tail - skip) }, (_, index) => skip + index);
      const data = places.map((place) => ({ id: `r${order(place)}` }));
      return parsePagedList({ data, has_more: skip + limit < head + tail });
    };

    const ids = new Set<string>();
    for await (const found of byOffset('GET /user/', fetch, limit))
      for (const { id } of found.rows) ids.add(id);

    expect(ids.size).toBe(head + tail);
  });

  test('is emitted from the start of the range on, with all rows that have no date', async () => {
    const { ids } = await follow(
      users,
      [['/user/?_limit=3', page(row('old', 0, 5), row('new', 0, 15), { id: 'undated' })]],
      { from: FROM + 10 * SECOND },
    );

    expect(ids).toEqual(['new', 'undated']);
  });

  test('is emitted with rows that the last run did not see, however old they are', async () => {
    const { ids } = await follow(
      users,
      [['/user/?_limit=3', page(row('known', 0, 5), row('joined', 0, 5), row('new', 0, 15))]],
      { from: FROM + 10 * SECOND },
      { isKnown: ({ id }) => id !== 'joined' },
    );

    expect(ids).toEqual(['joined', 'new']);
  });

  test('counts rows without an id, and includes them in _skip', async () => {
    const { ids, withoutId } = await follow(users, [
      ['/user/?_limit=3', more(row('a', 1), {}, row('b', 2))],
      ['/user/?_limit=3&_skip=2', page(row('b', 2), row('c', 3))],
      ['/user/?_limit=3', more(row('a', 1), {}, row('b', 2))],
    ]);

    expect(ids).toEqual(['a', 'b', 'c']);
    expect(withoutId).toBe(1);
  });

  test('is asked for without parameters if the endpoint has no pages', async () => {
    const roles = byList([{ path: '/role/', limit: null }]);

    const { ids } = await follow(roles, [['/role/', { data: [row('a', 1), row('b', 2)] }]]);

    expect(ids).toEqual(['a', 'b']);
  });

  test('is asked for with the parameters of its declaration and the page size of the user', async () => {
    const views = byList([{ path: '/saved_search/', query: { type__in: 'lead,contact' }, limit: 100 }]);

    await follow(views, [['/saved_search/?type__in=lead,contact&_limit=5', page()]], {}, { page_size: 5 });
  });

  test('is read after another list, and its failure fails the whole walk', async () => {
    const two = byList([
      { path: '/a/', limit: 3 },
      { path: '/b/', limit: 3 },
    ]);

    const walking = follow(two, [
      ['/a/?_limit=3', page(row('a', 1))],
      ['/b/?_limit=3', refused(403)],
    ]);

    await expect(walking).rejects.toMatchObject({ status: 403 });
  });
});
