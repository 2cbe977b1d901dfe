import { describe, expect, test } from 'vitest';
import type { Row } from '../../../src/close/row.ts';
import type { Api, Walk } from '../../../src/close/walk.ts';
import { confirmed } from '../../../src/close/walks/confirmed.ts';
import { ProtocolError, RefusedError } from '../../../src/errors.ts';
import { parseInstant } from '../../../src/time/rfc3339.ts';
import { walkContext, walkRange } from '../walk-context.ts';

const NOW = parseInstant('2026-06-01T12:00:00Z') ?? 0;
const OLD = '2026-01-01T00:00:00Z';
const RECENT = '2026-06-01T11:59:59Z';

const row = (id: string, date_created = OLD): Row => ({ id, date_created, date_updated: OLD });
const rows = (count: number, kind = 'a'): Row[] =>
  Array.from({ length: count }, (_, n) => row(`${kind}${n}`));
const event = (action: string, object_id: string, minute: number) => ({
  id: `${action}_${object_id}`,
  action,
  object_type: 'lead',
  object_id,
  date_updated: `2026-06-01T11:${minute}:00`,
});

interface Account {
  /** What the search brings in its first reading, in its second, and so on. The last one is repeated. */
  readonly searches: readonly (readonly Row[])[];
  /** How many it counts; null if it does not count. */
  readonly counts?: number | null;
  /** The rows of the list; or, for a list that cannot be read to its end, the rows that it shows and its count. */
  readonly list?: readonly Row[] | { readonly shows: readonly Row[]; readonly counts: number | null };
  readonly events?: readonly ReturnType<typeof event>[] | null;
  /** The objects that are found by their ids. */
  readonly byId?: readonly Row[];
  /** Whether the event log answers with all events, whatever is asked for. */
  readonly ignoresFilters?: boolean;
  readonly onEmit?: (rows: readonly Row[]) => void;
}

const refuse = (path: string): never => {
  throw new RefusedError('400', { request: path, status: 400 });
};

/** Reads a sweep of an account, with what it asked for. */
const sweep = async (account: Account, listWalk?: Walk) => {
  const { searches, counts, list = [], events = [], byId = [], ignoresFilters = false, onEmit } = account;
  let readings = 0;
  const search: Walk = {
    along: 'date_updated',
    read: async (_, context, emit) => {
      const found = searches[Math.min(readings, searches.length - 1)] ?? [];
      readings += 1;
      if (counts !== null) context.expects?.(counts ?? found.length);
      await emit(found, []);
    },
  };
  const requests: string[] = [];
  const answer = (path: string, query: Readonly<Record<string, string>>): unknown => {
    if (path === '/event/') {
      if (events === null) return refuse(path);
      return {
        data: events.filter(({ action }) => ignoresFilters || action === query.action),
        cursor_next: null,
      };
    }
    if (query.id__in !== undefined) {
      const ids = query.id__in.split(',');
      return { data: byId.filter(({ id }) => ids.includes(id)), has_more: false };
    }
    if (path !== '/lead/') {
      return byId.find(({ id }) => path === `/lead/${id}/`) ?? refuse(path);
    }
    const whole = 'shows' in list ? null : list;
    const total = 'shows' in list ? list.counts : list.length;
    const [skip, limit] = [Number(query._skip ?? 0), Number(query._limit)];
    const shown = 'shows' in list ? list.shows : list;
    if (whole === null && skip + limit > shown.length && limit > 1) return refuse(path);
    return {
      data: shown.slice(skip, skip + limit),
      has_more: skip + limit < (total ?? 1e6),
      total_results: total,
    };
  };
  const api: Api = {
    fetch: async ({ path, query = {} }, parse) => {
      requests.push(`${path} ${query.id__in ?? query.action ?? query._limit ?? ''}`.trim());
      return parse(answer(path, query));
    },
  };
  const doubts: string[] = [];
  const clock = { now: () => NOW, latest: () => NOW, startedAt: () => NOW };
  const unconfirmed = (why: string) => doubts.push(why);
  const { context, emit, walked } = walkContext({ api, ...clock, unconfirmed });
  const emitHere: typeof emit = async (found, done) => {
    onEmit?.(found);
    await emit(found, done);
  };
  const walk = confirmed(search, { objectType: 'lead', list: '/lead/', ...(listWalk && { listWalk }) });
  await walk.read(walkRange(), context, emitHere);
  return { ids: walked.ids, rows: walked.rows, doubts, requests, readings };
};

const tooLong = (counts: number | null, shows: readonly Row[] = []) => ({ shows, counts });

describe('a confirmed search, beside a list that can be read', () => {
  test('is confirmed by one reading of each', async () => {
    const { ids, doubts, readings, requests } = await sweep({ searches: [rows(3)], list: rows(3) });

    expect([ids, doubts, readings]).toEqual([['a0', 'a1', 'a2'], [], 1]);
    expect(requests).toEqual(['/event/ created', '/lead/ 200']);
  });

  test('brings rows that only the list has, with the needed fields only', async () => {
    const more = { ...row('b'), name: 'Acme', custom: {} };

    const { rows: found, doubts } = await sweep({ searches: [rows(2)], list: [...rows(2), more] });

    expect(found).toEqual([...rows(2), row('b')]);
    expect(doubts).toEqual([]);
  });

  test('is confirmed even if it counts a hundred more, which were deleted', async () => {
    expect((await sweep({ searches: [rows(3)], counts: 103, list: rows(3) })).doubts).toEqual([]);
  });

  test('fails when a row of the list cannot be written', async () => {
    const onEmit = (found: readonly Row[]): void => {
      if (found.some(({ id }) => id === 'b')) throw new ProtocolError('a record does not fit');
    };

    await expect(sweep({ searches: [rows(1)], list: [row('b')], onEmit })).rejects.toThrow('does not fit');
  });
});

describe('a confirmed search, beside a list that cannot be read to its end,', () => {
  test('is confirmed by a second reading that brings nothing new', async () => {
    const { ids, doubts, readings } = await sweep({ searches: [rows(3)], list: tooLong(3) });

    expect([ids, doubts, readings]).toEqual([['a0', 'a1', 'a2'], [], 2]);
  });

  test('is read until it brings nothing new', async () => {
    const searches = [rows(300), [...rows(300), row('b')], rows(300)];

    const { ids, doubts, readings } = await sweep({ searches, list: tooLong(301) });

    expect([ids.length, ids.includes('b'), doubts, readings]).toEqual([301, true, [], 3]);
  });

  test('is not confirmed when each reading brings something else', async () => {
    const searches = [rows(2, 'a'), rows(3, 'b'), rows(4, 'c'), rows(5, 'd')];

    const { ids, doubts } = await sweep({ searches, list: tooLong(null) });

    expect(ids).toHaveLength(14);
    expect(doubts).toEqual([expect.stringMatching(/left some of them out .*: 3, 4, 5 more/)]);
  });

  test('does not count objects that were created during the run as left out', async () => {
    const searches = [rows(2), [...rows(2), row('new', RECENT)]];

    const { ids, doubts, readings } = await sweep({ searches, list: tooLong(3) });

    expect([ids, doubts, readings]).toEqual([['a0', 'a1', 'new'], [], 2]);
  });

  test('is not confirmed when the list counts one more than both readings bring', async () => {
    const { doubts } = await sweep({ searches: [rows(50)], list: tooLong(51) });

    expect(doubts).toEqual(['Close counts 51 of them, and the search returns 50']);
  });

  test.each([
    [10, []],
    [11, ['Close counts 61 of them, and the search returns 50']],
  ])('which counts nothing, may count %d itself that it does not bring', async (gone, expected) => {
    const account = { searches: [rows(50)], counts: 50 + gone, list: tooLong(null) };

    expect((await sweep(account)).doubts).toEqual(expected);
  });

  test('is not confirmed when neither the list nor the search counts', async () => {
    const { doubts } = await sweep({ searches: [rows(50)], counts: null, list: tooLong(null) });

    expect(doubts).toEqual(['Close does not count them']);
  });

  test('is not confirmed when it lacks a row of the first pages of the list', async () => {
    const shows = [...rows(500), row('b')];

    const { ids, doubts, readings } = await sweep({
      searches: [rows(600)],
      list: tooLong(null, shows.reverse()),
    });

    expect(ids).toContain('b');
    expect([doubts, readings]).toEqual([['the search leaves out 1 of those in /lead/'], 1]);
  });

  test('reads no more than ten thousand rows of the list', async () => {
    const list = rows(30_000);

    const { doubts, readings, requests } = await sweep({ searches: [list], list });

    expect([doubts, readings]).toEqual([[], 2]);
    expect(requests.filter((request) => request === '/lead/ 200').length).toBeLessThan(60);
  });

  test('goes on if the walk through the list is refused', async () => {
    const walk: Walk = { along: 'date_created', read: async () => refuse('/lead/') };

    const { doubts, readings } = await sweep({ searches: [rows(3)], list: tooLong(3) }, walk);

    expect([doubts, readings]).toEqual([[], 2]);
  });
});

describe('an object that was created lately', () => {
  const created = [event('created', 'a0', 10), event('created', 'new', 20), event('created', 'gone', 30)];

  test('is asked for by its id when the search does not have it yet, unless it was deleted', async () => {
    const events = [...created, event('deleted', 'gone', 40)];
    const byId = [row('new', RECENT), row('gone', RECENT)];

    const { ids, doubts, requests } = await sweep({ searches: [rows(3)], list: rows(3), events, byId });

    expect([ids, doubts]).toEqual([['a0', 'a1', 'a2', 'new'], []]);
    expect(requests).toEqual(['/event/ created', '/event/ deleted', '/lead/ new', '/lead/ 200']);
  });

  test('is found among all events, if the server ignores the filters', async () => {
    const other = { ...event('created', 'contact', 15), object_type: 'contact' };
    const events = [...created, other, event('updated', 'a9', 35), event('deleted', 'gone', 40)];
    const account = { searches: [rows(3)], list: rows(3), events, byId: [row('new', RECENT)] };

    const { ids, requests } = await sweep({ ...account, ignoresFilters: true });

    expect(ids).toEqual(['a0', 'a1', 'a2', 'new']);
    expect(requests).toContain('/lead/ new');
  });

  test('is not looked for if the key may not read the event log', async () => {
    const { ids, doubts } = await sweep({ searches: [rows(3)], list: rows(3), events: null });

    expect([ids, doubts]).toEqual([['a0', 'a1', 'a2'], []]);
  });
});
