import { describe, expect, test } from 'vitest';
import type { Api, Walk } from '../../src/close/walk.ts';
import { byDetail } from '../../src/close/walks/by-detail.ts';
import { byEach } from '../../src/close/walks/by-each.ts';
import { byList } from '../../src/close/walks/by-list.ts';
import { byMembership } from '../../src/close/walks/by-membership.ts';
import { byParent } from '../../src/close/walks/by-parent.ts';
import { byUser } from '../../src/close/walks/by-user.ts';
import { parts } from '../../src/close/walks/parts.ts';
import { withoutRepeats } from '../../src/close/walks/without-repeats.ts';
import { ApiError, ProtocolError, RefusedError } from '../../src/errors.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';
import { START } from '../../src/time/span.ts';
import { readWalk, type Walked } from '../close/walk-context.ts';
import { createScriptedClose, type Exchange } from './scripted-close.ts';

const read = (walk: Walk, api: Api, from = START, mostParents: number | null = null): Promise<Walked> =>
  readWalk(walk, { api, max_concurrency: 2, mostParents }, { from });

const get = (
  path: string,
  answer: unknown,
  query: Record<string, string> = {},
  status?: number,
): Exchange => ({
  method: 'GET',
  path,
  query,
  answer,
  ...(status === undefined ? {} : { status }),
});
const list = (...ids: string[]) => ({ data: ids.map((id) => ({ id })), has_more: false });

const albums = byParent({
  parents: { path: '/artist/', limit: null },
  children: (artist) => ({ path: '/album/', query: { artist_id: artist }, limit: null }),
});

describe('children of parents', () => {
  test('come from every parent, without older ones', async () => {
    const from = parseInstant('2026-01-01T00:00:00Z') ?? 0;
    const api = createScriptedClose([
      get('/artist/', list('a', 'b')),
      get(
        '/album/',
        { data: [{ id: 'a1', date_updated: '2025-12-31T23:59:59.999999' }, { id: 'a2' }] },
        { artist_id: 'a' },
      ),
      get('/album/', { data: [{ id: 'b1', date_updated: '2026-01-01T00:00:00' }] }, { artist_id: 'b' }),
    ]);

    const { ids } = await read(albums, api, from);

    expect(ids.sort()).toEqual(['a2', 'b1']);
  });

  test('come from as many parents as wanted', async () => {
    const api = createScriptedClose([
      get('/artist/', list('a', 'b', 'c')),
      get('/album/', list('a1'), { artist_id: 'a' }),
      get('/album/', list('b1'), { artist_id: 'b' }),
    ]);

    const { ids } = await read(albums, api, START, 2);

    expect(ids.sort()).toEqual(['a1', 'b1']);
  });

  test('of a parent that is deleted meanwhile are left out with a warning, and the others are read', async () => {
    const api = createScriptedClose([
      get('/artist/', list('a', 'b', 'c')),
      get('/album/', list('a1'), { artist_id: 'a' }),
      get('/album/', null, { artist_id: 'b' }, 404),
      get('/album/', list('c1'), { artist_id: 'c' }),
    ]);

    const { ids, warnings } = await read(albums, api);

    expect(ids.sort()).toEqual(['a1', 'c1']);
    expect(warnings).toEqual(['b was deleted before it could be read']);
  });

  test('fail if every parent is gone, which cannot be true', async () => {
    const api = createScriptedClose([
      get('/artist/', list('a', 'b')),
      get('/album/', null, { artist_id: 'a' }, 404),
      get('/album/', null, { artist_id: 'b' }, 404),
    ]);

    await expect(read(albums, api)).rejects.toMatchObject({ status: 404 });
  });

  test('fail if the path does not exist, however many parents there are', async () => {
    const missing = new RefusedError('404: not found: The requested URL was not found on the server.', {
      request: 'GET /album/',
      status: 404,
    });
    const api: Api = {
      fetch: async ({ path }, parse) => {
        if (path === '/album/') throw missing;
        return parse(list('a'));
      },
    };

    await expect(read(albums, api)).rejects.toBe(missing);
  });

  test('fail if the key may not read one list, and no other list is asked for', async () => {
    const api = createScriptedClose([
      get('/artist/', list('a', 'b', 'c', 'd', 'e')),
      get('/album/', null, { artist_id: 'a' }, 403),
      get('/album/', list('b1'), { artist_id: 'b' }),
    ]);

    await expect(read(albums, api)).rejects.toThrow(ApiError);
    expect(api.requests).toHaveLength(3);
  });

  test('are read in parallel, but at most as many as the context allows', async () => {
    const inner = createScriptedClose([
      get('/artist/', list('a', 'b', 'c', 'd', 'e')),
      ...['a', 'b', 'c', 'd', 'e'].map((id) => get('/album/', list(`${id}1`), { artist_id: id })),
    ]);
    let now = 0;
    let most = 0;
    const api: Api = {
      fetch: async (request, parse) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        try {
          return await inner.fetch(request, parse);
        } finally {
          now -= 1;
        }
      },
    };

    const { ids } = await read(albums, api);

    expect(ids).toHaveLength(5);
    expect(most).toBe(2);
  });
});

describe('objects that a list shows in part', () => {
  test('are read one by one, even if ids need escaping', async () => {
    const api = createScriptedClose([
      get('/box/', list('1', 'a/b')),
      get('/box/1/', { id: '1', content: 'all' }),
      get('/box/a%2Fb/', { id: 'a/b', content: 'all' }),
    ]);

    const { rows } = await read(byDetail({ path: '/box/', limit: null }), api);

    expect(rows.map(({ content }) => content)).toEqual(['all', 'all']);
  });

  test.each([{ content: 'and no id' }, {}, [], null])('are not taken from %j', async (answer) => {
    const api = createScriptedClose([get('/box/', list('1')), get('/box/1/', answer)]);

    await expect(read(byDetail({ path: '/box/', limit: null }), api)).rejects.toThrow(ProtocolError);
  });
});

test('an object that was not asked for is an error', async () => {
  const group = createScriptedClose([get('/box/', list('1')), get('/box/1/', { id: '2', content: 'all' })]);
  const organisation = createScriptedClose([
    get('/me/', { organizations: ['o1'] }),
    get('/organization/o1/', { id: 'o2', here: [{ id: 'm1' }], gone: [] }),
  ]);

  await expect(read(byDetail({ path: '/box/', limit: null }), group)).rejects.toThrow(
    'asked for 1, the server answered with 2',
  );
  await expect(read(byMembership({ active: 'here', inactive: 'gone' }), organisation)).rejects.toThrow(
    'asked for o1, the server answered with o2',
  );
});

describe('rows without an id', () => {
  test('have their name as the id, unless they have no name either', async () => {
    const api = createScriptedClose([
      get('/word/', { data: [{ word: 'so' }, { word: '' }, {}, null, { id: 'w_1', word: 'then' }] }),
    ]);

    const { ids, withoutId } = await read(byList([{ path: '/word/', limit: null, idField: 'word' }]), api);

    expect(ids).toEqual(['so', 'w_1']);
    expect(withoutId).toBe(3);
  });

  test('cannot come from an answer of another form', async () => {
    const api = createScriptedClose([get('/word/', [{ word: 'so' }])]);

    await expect(read(byList([{ path: '/word/', limit: null, idField: 'word' }]), api)).rejects.toThrow();
  });
});

describe('members', () => {
  const members = byMembership({ active: 'here', inactive: 'gone' });

  test('are the present and former members of each organization of the key', async () => {
    const api = createScriptedClose([
      get('/me/', { organizations: [{ id: 'o1' }, 'o2'] }),
      get('/organization/o1/', { here: [{ id: 'm1', is_active: 'overruled' }], gone: [{ id: 'm2' }] }),
      get('/organization/o2/', { here: [{ id: 'm3' }, {}], gone: [] }),
    ]);

    const { rows, withoutId } = await read(members, api);

    expect(rows.map((row) => [row.id, row.organization_id, row.is_active])).toEqual([
      ['m1', 'o1', true],
      ['m2', 'o1', false],
      ['m3', 'o2', true],
    ]);
    expect(withoutId).toBe(1);
  });

  test('of an organization that the key may not read are left out with a warning', async () => {
    const api = createScriptedClose([
      get('/me/', { organizations: ['o1', 'o2'] }),
      get('/organization/o1/', null, {}, 403),
      get('/organization/o2/', { here: [{ id: 'm3' }], gone: [] }),
    ]);

    const { ids, warnings } = await read(members, api);

    expect(ids).toEqual(['m3']);
    expect(warnings).toHaveLength(1);
  });

  test.each([
    [
      'no organisation may be read',
      [get('/me/', { organizations: ['o1'] }), get('/organization/o1/', null, {}, 403)],
    ],
    ['there is no organisation', [get('/me/', { organizations: [] })]],
    ['a list is missing', [get('/me/', { organizations: ['o1'] }), get('/organization/o1/', { here: [] })]],
    ['the key has no user', [get('/me/', {})]],
    [
      'another organisation answers',
      [get('/me/', { organizations: ['o1'] }), get('/organization/o1/', { id: 'o2', here: [], gone: [] })],
    ],
  ])('are never an empty list without an error if %s', async (_, exchanges) => {
    await expect(read(members, createScriptedClose(exchanges))).rejects.toThrow();
  });
});

describe("lists of the key's user", () => {
  const letters = byUser((user) => [
    { path: '/letter/', query: { from: user }, limit: null },
    { path: '/letter/', query: { to: user }, limit: null },
  ]);

  test('are asked for with the id of the user, one after the other', async () => {
    const api = createScriptedClose([
      get('/me/', { id: 'u1' }),
      get('/letter/', list('a', 'b'), { from: 'u1' }),
      get('/letter/', list('c'), { to: 'u1' }),
    ]);

    const { ids } = await read(letters, api);

    expect(ids).toEqual(['a', 'b', 'c']);
    expect(api.left()).toEqual([]);
  });

  test.each([[{}], [{ id: '' }], [null], ['u1']])(
    'are not read if the answer names no user: %j',
    async (me) => {
      await expect(read(letters, createScriptedClose([get('/me/', me)]))).rejects.toThrow(
        'does not name the user of the key',
      );
    },
  );
});

test('rows that are in several lists are emitted once, and again in another version', async () => {
  const walk = withoutRepeats(byList([1, 2].map((n) => ({ path: `/list${n}/`, limit: null }))));
  const api = createScriptedClose([
    get('/list1/', { data: [{ id: 'a' }, { id: 'b', date_updated: '2026-01-01T00:00:00' }] }),
    get('/list2/', { data: [{ id: 'a' }, { id: 'b', date_updated: '2026-01-02T00:00:00' }, { id: 'c' }] }),
  ]);

  const { ids } = await read(walk, api);

  expect(ids).toEqual(['a', 'b', 'b', 'c']);
});

describe('parts of the rows of a list', () => {
  const songs = parts(byList([{ path: '/album/', limit: null }]), ({ id, songs: all }) =>
    (Array.isArray(all) ? all : []).map((song: unknown) =>
      typeof song === 'object' ? { ...song, album: id } : song,
    ),
  );

  test('are emitted one by one, and those without an id are counted', async () => {
    const api = createScriptedClose([
      get('/album/', {
        data: [{ id: 'a', songs: [{ id: 's1' }, {}, null] }, { id: 'b' }, { id: 'c', songs: [{ id: 's2' }] }],
      }),
    ]);

    const { rows, withoutId } = await read(songs, api);

    expect(rows).toEqual([
      { id: 's1', album: 'a' },
      { id: 's2', album: 'c' },
    ]);
    expect(withoutId).toBe(2);
  });
});

describe('children of parents that a walk finds', () => {
  const tracks = byEach(byList([{ path: '/artist/', limit: 2 }]), (artist) => ({
    path: `/artist/${artist}/tracks/`,
    limit: null,
  }));
  const page = (skip: string | null, hasMore: boolean, ...ids: string[]) =>
    get(
      '/artist/',
      { data: ids.map((id) => ({ id })), has_more: hasMore },
      { _limit: '2', ...(skip === null ? {} : { _skip: skip }) },
    );
  const two = [page(null, true, 'a', 'b'), page('1', false, 'b', 'c')];

  test('come from the parents of every page, and each parent is read once', async () => {
    const api = createScriptedClose([
      ...two,
      get('/artist/a/tracks/', list('a1')),
      get('/artist/b/tracks/', list()),
      get('/artist/c/tracks/', { data: [{ id: 'c1' }, { odd: 1 }] }),
    ]);

    const { ids, withoutId } = await read(tracks, api);

    expect(ids.sort()).toEqual(['a1', 'c1']);
    expect(withoutId).toBe(1);
    expect(api.requests.filter(({ path }) => path.includes('tracks'))).toHaveLength(3);
  });

  test('come from as many parents as wanted, and no other page is asked for', async () => {
    const api = createScriptedClose([...two, get('/artist/a/tracks/', list('a1'))]);

    const { ids } = await read(tracks, api, START, 1);

    expect(ids).toEqual(['a1']);
    expect(api.requests).toHaveLength(2);
  });

  test('may be missing for all parents of a page, as long as other parents exist', async () => {
    const api = createScriptedClose([
      ...two,
      get('/artist/a/tracks/', null, {}, 404),
      get('/artist/b/tracks/', null, {}, 404),
      get('/artist/c/tracks/', list('c1')),
    ]);

    const { ids, warnings } = await read(tracks, api);

    expect(ids).toEqual(['c1']);
    expect(warnings).toHaveLength(2);
  });

  test('fail if every parent is gone, which cannot be true', async () => {
    const api = createScriptedClose([
      ...two,
      ...['a', 'b', 'c'].map((id) => get(`/artist/${id}/tracks/`, null, {}, 404)),
    ]);

    await expect(read(tracks, api)).rejects.toMatchObject({ status: 404 });
  });

  test('fail if the key may not read the list of one parent', async () => {
    const api = createScriptedClose([
      ...two,
      get('/artist/a/tracks/', null, {}, 403),
      get('/artist/b/tracks/', list('b1')),
    ]);

    await expect(read(tracks, api)).rejects.toMatchObject({ status: 403 });
  });
});
