import { describe, expect, test } from 'vitest';
import type { Api } from '../../../src/close/walk.ts';
import { bySearch } from '../../../src/close/walks/by-search.ts';
import { ProtocolError } from '../../../src/errors.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { merge } from '../../../src/time/span.ts';
import { walkContext, walkRange } from '../walk-context.ts';
import { at, FROM, follow, NOW, refused, row } from './scripted-walk.ts';

const leads = bySearch({ objectType: 'lead', list: '/lead/', fields: (columns) => columns });
/** The tail begins ten seconds before the run's start. */
const SETTLED = '2026-06-01T11:59:50Z';
const FIRST = 'search lead updated 00:00:00..; asc 2 count';
const TAIL = `search lead updated ${SETTLED}..; asc 2 count`;
const EVERYTHING = [{ from: FROM, to: Number.POSITIVE_INFINITY }];

const page = (cursor: string | null, ...data: object[]) => ({ data, cursor });
const counted = (total: number, cursor: string | null, ...data: object[]) => ({
  data,
  cursor,
  count: { limited: total, total },
});
const NOTHING = counted(0, null);
const two = { page_size: 2 };

describe('a search', () => {
  test('is one request of two hundred rows if one page holds everything', async () => {
    const { ids, done } = await follow(leads, [
      ['search lead updated 00:00:00..; asc 200 count', counted(2, null, row('a', 1), row('b', 2))],
    ]);

    expect(ids).toEqual(['a', 'b']);
    expect(done).toEqual(EVERYTHING);
  });

  test('says how many rows will come, unless an interrupted run has read a part of them', async () => {
    const expected: number[] = [];
    const expects = (rows: number) => expected.push(rows);
    const api: Api = { fetch: async (_, parse) => parse(counted(2, null, row('a', 1), row('b', 2))) };

    await follow(leads, [], {}, { expects, api });
    await follow(leads, [], { finished: [{ from: FROM, to: FROM + SECOND }] }, { expects, api });

    expect(expected).toEqual([2]);
  });

  test('goes on from the last second seen, inclusive, and never by a cursor without an upper bound', async () => {
    const { ids, done } = await follow(
      leads,
      [
        [FIRST, counted(4, 'c1', row('a', 10.2), row('b', 11.5))],
        [`search lead updated 00:00:11..${SETTLED}; asc 2`, page('c2', row('b', 11.5), row('c', 12))],
        [`search lead updated 00:00:12..${SETTLED}; asc 2`, page(null, row('c', 12), row('d', 13))],
        [TAIL, NOTHING],
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c', 'd']);
    expect(merge(done)).toEqual(EVERYTHING);
  });

  test('ends with a null cursor, not with a short page', async () => {
    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(3, 'c1', row('a', 10))],
        [`search lead updated 00:00:10..${SETTLED}; asc 2`, page('c2', row('a', 10))],
        ['search lead updated 00:00:10..00:00:11; asc 2 count', counted(1, null, row('a', 10))],
        [
          `search lead updated 00:00:11..${SETTLED}; asc 2 count`,
          counted(2, null, row('b', 20), row('c', 21)),
        ],
        [TAIL, NOTHING],
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('follows the cursor of an empty page', async () => {
    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(3, 'c1', row('a', 10), row('b', 11))],
        [`search lead updated 00:00:11..${SETTLED}; asc 2`, page('c2')],
        [`search lead updated 00:00:11..${SETTLED}; asc 2 cursor c2`, page(null, row('b', 11), row('c', 12))],
        [TAIL, NOTHING],
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('begins its slice again when such a cursor has expired', async () => {
    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(3, 'c1', row('a', 10), row('b', 11))],
        [`search lead updated 00:00:11..${SETTLED}; asc 2`, page('c2')],
        [`search lead updated 00:00:11..${SETTLED}; asc 2 cursor c2`, refused(400)],
        [`search lead updated 00:00:11..${SETTLED}; asc 2`, page(null, row('b', 11), row('c', 12))],
        [TAIL, NOTHING],
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('does not miss rows when a row changed after the index saw it', async () => {
    const stale = { ...row('b', 0), date_updated: '2026-06-01T12:00:30Z' };

    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(3, 'c1', row('a', 10), stale)],
        [`search lead updated 00:00:10..${SETTLED}; asc 2`, page(null, row('a', 10), row('c', 12))],
        [TAIL, counted(1, null, stale)],
      ],
      {},
      two,
    );

    expect(ids.sort()).toEqual(['a', 'b', 'c']);
  });

  test('emits the new version of a row that moved to the tail', async () => {
    const moved = { ...row('a', 0), date_updated: '2026-06-01T12:00:01Z' };

    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(3, 'c1', row('a', 10), row('b', 11))],
        [`search lead updated 00:00:11..${SETTLED}; asc 2`, page(null, row('b', 11))],
        [TAIL, counted(1, null, moved)],
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'a']);
  });

  test('halves a slice if its page is in no order', async () => {
    const finished = [{ from: FROM + 8 * SECOND, to: at(SETTLED) }];

    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(4, 'c1', row('c', 6), row('a', 1))],
        ['search lead updated 00:00:00..00:00:04; asc 2 count', counted(2, null, row('a', 1), row('b', 2))],
        ['search lead updated 00:00:04..00:00:08; asc 2 count', counted(2, null, row('c', 6), row('d', 7))],
        [TAIL, NOTHING],
      ],
      { finished },
      two,
    );

    expect(new Set(ids)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  test('leaves out what an interrupted run has finished', async () => {
    const finished = [{ from: FROM, to: at('2026-05-20T00:00:00Z') }];

    const { ids } = await follow(
      leads,
      [
        [FIRST, counted(9, 'c1', row('a', 1), row('b', 2))],
        [
          `search lead updated 2026-05-20T00:00:00Z..${SETTLED}; asc 2 count`,
          counted(1, null, row('z', 20 * 86_400)),
        ],
        [TAIL, NOTHING],
      ],
      { finished },
      two,
    );

    expect(ids).toEqual(['a', 'b', 'z']);
  });

  test('fails when the lower bound was ignored', async () => {
    const walking = follow(leads, [[FIRST, counted(1, null, row('x', -61))]], {}, two);

    await expect(walking).rejects.toThrow(ProtocolError);
  });

  test('fails for a refusal that is not about the cursor', async () => {
    const script = [
      [FIRST, refused(400)],
      ['search lead updated 00:00:00..; asc 1', refused(400)],
      ['search lead updated 00:00:00..; 1 sort keys 1', refused(400)],
      ['search lead updated 00:00:00..; 0 sort keys 1', refused(400)],
    ] as const;

    const walking = follow(leads, script, {}, two);

    await expect(walking).rejects.toMatchObject({ status: 400 });
  });
});

describe('a second of a search with more rows than a page', () => {
  const WITHIN = 'search lead updated 00:00:10..00:00:11; asc 2';
  const crowd = [
    [FIRST, counted(9, 'c1', row('a', 10.1), row('b', 10.2))],
    [`search lead updated 00:00:10..${SETTLED}; asc 2`, page('c2', row('a', 10.1), row('b', 10.2))],
  ] as const;
  const rest = [
    [`search lead updated 00:00:11..${SETTLED}; asc 2 count`, counted(1, null, row('z', 12))],
    [TAIL, NOTHING],
  ] as const;

  const halves = [
    [
      'search lead updated 00:00:10..00:00:11 created ..2025-05-01T00:00:11Z; asc 2 count',
      counted(1, null, { ...row('c', 0, 10.3), date_created: '2024-01-01T00:00:00Z' }),
    ],
    [
      'search lead updated 00:00:10..00:00:11 created 2025-05-01T00:00:11Z..; asc 2 count',
      counted(2, null, row('a', 10.1), row('b', 10.2)),
    ],
  ] as const;

  test('is crossed by cursor, within that second only', async () => {
    const { ids } = await follow(
      leads,
      [
        ...crowd,
        [`${WITHIN} count`, counted(3, 'c3', row('a', 10.1), row('b', 10.2))],
        [`${WITHIN} cursor c3`, page(null, row('c', 10.3))],
        ...rest,
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c', 'z']);
  });

  test('is read again when the cursor expires, without emitting anything twice', async () => {
    const { ids } = await follow(
      leads,
      [
        ...crowd,
        [`${WITHIN} count`, counted(4, 'c3', row('a', 10.1), row('b', 10.2))],
        [`${WITHIN} cursor c3`, refused(400)],
        [`${WITHIN} count`, counted(4, 'c4', row('a', 10.1), row('b', 10.2))],
        [`${WITHIN} cursor c4`, page('c5', row('c', 10.3))],
        [`${WITHIN} cursor c5`, page(null, row('d', 10.4))],
        ...rest,
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c', 'd', 'z']);
  });

  test('is divided by date_created when cursors expire one after the other without a new row', async () => {
    const fruitless = Array.from({ length: 6 }, () => [
      [`${WITHIN} count`, counted(3, 'c3', row('a', 10.1), row('b', 10.2))] as const,
      [`${WITHIN} cursor c3`, refused(400)] as const,
    ]).flat();

    const { ids } = await follow(leads, [...crowd, ...fruitless, ...halves, ...rest], {}, two);

    expect(ids).toEqual(['a', 'b', 'c', 'z']);
  });

  test('is divided by date_created when it holds more rows than a cursor brings', async () => {
    const { ids } = await follow(
      leads,
      [
        ...crowd,
        [`${WITHIN} count`, counted(15_000, 'c3', row('a', 10.1), row('b', 10.2))],
        [
          'search lead updated 00:00:10..00:00:11 created ..2025-05-01T00:00:11Z; asc 2 count',
          counted(1, null, { ...row('c', 0, 10.3), date_created: '2024-01-01T00:00:00Z' }),
        ],
        [
          'search lead updated 00:00:10..00:00:11 created 2025-05-01T00:00:11Z..; asc 2 count',
          counted(2, 'c4', row('a', 10.1), row('b', 10.2)),
        ],
        [
          'search lead updated 00:00:10..00:00:11 created 2025-05-01T00:00:11Z..; asc 2 cursor c4',
          page(null, row('d', 10.4)),
        ],
        ...rest,
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c', 'd', 'z']);
  });

  test('is divided when fewer rows came than were counted', async () => {
    const { ids } = await follow(
      leads,
      [...crowd, [`${WITHIN} count`, counted(3, null, row('a', 10.1), row('b', 10.2))], ...halves, ...rest],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c', 'z']);
  });
});

describe('fields that Close has added', () => {
  const search = bySearch({ objectType: 'lead', list: '/lead/', fields: () => ['name'] });
  const columns = ['id', 'name', '_extra'];
  const listed = { ...row('a', 1), name: 'A', mood: 'sunny', custom: {}, 'custom.cf_1': 1 };
  const known = { columns, known: [...columns, 'date_created', 'date_updated'] };

  test('are found in the list, and asked for by name', async () => {
    const asked: unknown[] = [];
    const api: Api = {
      fetch: async ({ path, body }, parse) => {
        asked.push(body === undefined ? path : (body as { _fields: object })._fields);
        return parse(body === undefined ? { data: [listed], has_more: true } : NOTHING);
      },
    };

    await follow(search, [], {}, { ...known, api });

    expect(asked).toEqual(['/lead/', { lead: ['id', 'date_created', 'date_updated', 'name', 'mood'] }]);
  });

  test('are left out with a warning if the search refuses them', async () => {
    const { ids, warnings } = await follow(
      search,
      [
        ['/lead/?_limit=1', { data: [listed], has_more: true }],
        ['search lead updated 00:00:00..; asc 200 count', refused(400)],
        // Only the needed fields, then all fields, the first half, the second half, and what was accepted.
        ['search lead updated 00:00:00..; asc 1', NOTHING],
        ['search lead updated 00:00:00..; asc 1', refused(400)],
        ['search lead updated 00:00:00..; asc 1', NOTHING],
        ['search lead updated 00:00:00..; asc 1', refused(400)],
        ['search lead updated 00:00:00..; asc 1', NOTHING],
        ['search lead updated 00:00:00..; asc 200 count', counted(1, null, row('a', 1))],
      ],
      {},
      known,
    );

    expect(ids).toEqual(['a']);
    expect(warnings).toEqual([expect.stringContaining(': mood')]);
  });

  test('are left out with a warning if the list is refused', async () => {
    const { ids, warnings } = await follow(
      search,
      [
        ['/lead/?_limit=1', refused(403)],
        ['search lead updated 00:00:00..; asc 200 count', counted(1, null, row('a', 1))],
      ],
      {},
      known,
    );

    expect(ids).toEqual(['a']);
    expect(warnings).toHaveLength(1);
  });

  test('are not looked for if the column for them is not selected', async () => {
    const { ids } = await follow(
      search,
      [['search lead updated 00:00:00..; asc 200 count', counted(1, null, row('a', 1))]],
      {},
      { ...known, columns: ['id', 'name'] },
    );

    expect(ids).toEqual(['a']);
  });
});

describe('a search that does not say correctly how much there is', () => {
  test('fails when a cursor brings nothing new, after a bounded number of requests', async () => {
    let requests = 0;
    const api: Api = {
      fetch: async (_, parse) => {
        requests += 1;
        return parse(counted(9, `c${requests}`, row('a', 10), row('b', 11)));
      },
    };

    const walking = follow(leads, [], {}, { ...two, api });

    await expect(walking).rejects.toThrow('a cursor returned nothing new');
    expect(requests).toBeLessThan(100);
  });

  test('fails when a cursor brings no row at all, again and again', async () => {
    let requests = 0;
    const api: Api = {
      fetch: async (_, parse) => {
        requests += 1;
        return parse(counted(9, `c${requests}`));
      },
    };

    const walking = follow(leads, [], {}, { ...two, api });

    await expect(walking).rejects.toThrow('a cursor returned nothing new');
    expect(requests).toBeLessThan(100);
  });

  test('goes on if a full page counts more than it brings, even with a null cursor', async () => {
    const { ids, done } = await follow(
      leads,
      [
        [FIRST, counted(4, null, row('a', 10), row('b', 11))],
        [
          `search lead updated 00:00:11..${SETTLED}; asc 2 count`,
          counted(3, null, row('b', 11), row('c', 12)),
        ],
        [
          `search lead updated 00:00:12..${SETTLED}; asc 2 count`,
          counted(2, null, row('c', 12), row('d', 13)),
        ],
        [TAIL, NOTHING],
      ],
      {},
      two,
    );

    expect(ids).toEqual(['a', 'b', 'c', 'd']);
    expect(merge(done)).toEqual(EVERYTHING);
  });

  test('goes on if a page is not full and counts far more', async () => {
    const { ids } = await follow(leads, [
      ['search lead updated 00:00:00..; asc 200 count', counted(50, null, row('a', 10), row('b', 11))],
      [
        `search lead updated 00:00:11..${SETTLED}; asc 200 count`,
        counted(2, null, row('b', 11), row('c', 12)),
      ],
      [`search lead updated ${SETTLED}..; asc 200 count`, NOTHING],
    ]);

    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('ends if it counts a few objects more than it brings', async () => {
    const { ids } = await follow(leads, [
      ['search lead updated 00:00:00..; asc 200 count', counted(11, null, row('a', 10))],
    ]);

    expect(ids).toEqual(['a']);
  });

  test('is read to its end with a warning if a few of many counted objects never come', async () => {
    const many = Array.from({ length: 200 }, (_, index) => row(`a${index}`, index));
    const api: Api = {
      fetch: async ({ body }, parse) => {
        const [from = '', to = '9'] = JSON.stringify(body).match(/2026-[^"]*/g) ?? [];
        if (to === '9' && from < '2026-05-02') return parse(counted(212, null, ...many));
        // Twelve deleted objects, of one day late in May.
        return parse(counted(from <= '2026-05-20' && to > '2026-05-20' ? 12 : 0, null));
      },
    };

    const { ids, warnings } = await follow(leads, [], {}, { api });

    expect(ids).toHaveLength(200);
    expect(warnings.length).toBeGreaterThan(0);
  });

  test('fails if it counts objects that never come, and notes nothing as done', async () => {
    let requests = 0;
    const api: Api = {
      fetch: async (_, parse) => {
        requests += 1;
        return parse(counted(5000, null));
      },
    };
    const clock = { now: () => NOW, latest: () => NOW, startedAt: () => NOW };
    const { context, emit, walked } = walkContext({ api, ...clock });

    const walking = leads.read(walkRange({ from: FROM }), context, emit);

    await expect(walking).rejects.toThrow('counts 5000 objects');
    expect(requests).toBeLessThan(20);
    expect(walked.done).toEqual([]);
  });
});
