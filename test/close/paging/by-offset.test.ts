import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePagedList } from '../../../src/close/envelope.ts';
import { byOffset } from '../../../src/close/paging/by-offset.ts';
import { ProtocolError } from '../../../src/errors.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { formatInstant } from '../../../src/time/rfc3339.ts';
import { FROM } from '../walks/scripted-walk.ts';

interface Item {
  readonly id: string;
  created: number;
  updated: number;
}

/** Changes the list before each request; it gets the number of the request. */
const change = fc.record({
  at: fc.nat(30),
  kind: fc.constantFrom('edit', 'delete', 'delete', 'insert', 'move', 'shuffle'),
  which: fc.nat(1_000),
  to: fc.oneof(fc.constant(0), fc.nat(1_000)),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

/** Rows of equal date are in another order in each request. */
type Order = (items: readonly Item[], turn: number) => Item[];
const by = (field: 'created' | 'updated', sign: number): Order => {
  const draw = ({ id }: Item, turn: number): number => (Number(id.slice(-3)) * (turn + 1) * 7_919) % 101;
  return (items, turn) =>
    [...items].sort((a, b) => sign * (a[field] - b[field]) || draw(a, turn) - draw(b, turn));
};
const ORDERS: Readonly<Record<string, Order>> = {
  'newest edit first': by('updated', -1),
  'newest edit last': by('updated', 1),
  'newest first': by('created', -1),
  'oldest first': by('created', 1),
};

/** A list that changes between two requests. `order` is null for a list that is in no order of a date. */
const createList = (items: Item[], changes: readonly Change[], order: Order | null) => {
  let list = [...items];
  let requests = 0;
  let clock = 1_000_000;
  const gone = new Set<string>();
  const place = (number: number): number => (list.length === 0 ? 0 : number % list.length);
  const apply = ({ kind, which, to }: Change): void => {
    clock += 1;
    const item = list[place(which)];
    if (kind === 'insert') {
      const added = { id: `new${clock}`, created: clock, updated: clock };
      list.splice(place(to), 0, added);
    } else if (item && kind === 'delete') {
      list.splice(place(which), 1);
      gone.add(item.id);
    } else if (item && kind === 'edit') {
      item.updated = clock;
    } else if (item && kind === 'move' && !order) {
      list.splice(place(which), 1);
      list.splice(place(to), 0, item);
    } else if (kind === 'shuffle' && !order) {
      list = [...list.slice(place(to)), ...list.slice(0, place(to)).reverse()];
    }
  };
  return {
    gone,
    get requests() {
      return requests;
    },
    fetch: async (skip: number, limit: number) => {
      for (const due of changes.filter(({ at }) => at === requests)) apply(due);
      if (order) list = order(list, requests);
      requests += 1;
      if (requests > 5_000) throw new Error('asked without end');
      const data = list.slice(skip, skip + limit).map(({ id, created, updated }) => ({
        id,
        ...(order ? { date_created: dateOf(created), date_updated: dateOf(updated) } : {}),
      }));
      return parsePagedList({ data, has_more: list.length > skip + limit });
    },
  };
};

const dateOf = (second: number): string => formatInstant(FROM + second * SECOND);

const itemsOf = (count: number, updatedOf: (index: number) => number = (index) => index): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `r${String(index).padStart(3, '0')}`,
    created: index,
    updated: updatedOf(index),
  }));

type List = Pick<ReturnType<typeof createList>, 'fetch'>;

const read = async (list: List, limit: number): Promise<string[]> => {
  const ids: string[] = [];
  for await (const page of byOffset('GET /thing/', list.fetch, limit))
    ids.push(...page.rows.map(({ id }) => id));
  return ids;
};

/** The rows that stayed in the list and were not brought; null when the reading failed with a message. */
const lost = async (items: Item[], changes: readonly Change[], order: Order | null, limit: number) => {
  const ids = items.map(({ id }) => id);
  const list = createList(items, changes, order);
  try {
    const found = new Set(await read(list, limit));
    return ids.filter((id) => !list.gone.has(id) && !found.has(id));
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return null;
  }
};

describe('a list that changes between any two requests', () => {
  test('without an order, brings every row that stays in the list, or fails with a message', async () => {
    let failed = 0;
    const runs = 400;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(change, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 2, max: 12 }),
        async (count, changes, limit) => {
          const missing = await lost(itemsOf(count), changes, null, limit);
          if (missing === null) failed += 1;
          expect(missing ?? []).toEqual([]);
        },
      ),
      { numRuns: runs },
    );
    expect(failed).toBeLessThan(runs / 4);
  });

  test.each(Object.entries(ORDERS))('with the %s, brings every row', async (_, order) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 30, max: 120 }),
        fc.array(change, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 10, max: 30 }),
        // Edited long ago, one after the other, or several at once.
        fc.constantFrom(1, 7, 40),
        async (count, changes, limit, step) => {
          const items = itemsOf(count, (index) => Math.floor(((index * step) % 211) / 3));
          expect((await lost(items, changes, order, limit)) ?? []).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('brings a row that is edited before it is read, while another row that was read is deleted', async () => {
    const changes = [
      { at: 1, kind: 'edit', which: 120, to: 0 },
      { at: 1, kind: 'delete', which: 20, to: 0 },
    ] as const;

    for (const updatedOf of [(index: number) => index, (index: number) => (index * 7) % 150]) {
      expect(await lost(itemsOf(150, updatedOf), changes, by('updated', -1), 100)).toEqual([]);
    }
  });

  test('fails with a message when each request has another order and rows are deleted without end', async () => {
    const changes = Array.from({ length: 4_000 }, (_, at) => [
      { at, kind: 'shuffle' as const, which: 0, to: (at * 7919) % 1_000 },
      { at, kind: 'delete' as const, which: at * 31, to: 0 },
      { at, kind: 'insert' as const, which: 0, to: at * 17 },
    ]).flat();

    expect(await lost(itemsOf(60), changes, null, 20)).toBeNull();
  });
});

describe('a list that does not change', () => {
  test('of one page is one request', async () => {
    const list = createList(itemsOf(100), [], null);

    await read(list, 100);

    expect(list.requests).toBe(1);
  });

  test.each([
    ['newest edit first', 12],
    ['newest edit last', 11],
    ['newest first', 11],
    ['oldest first', 11],
  ])('of ten pages, with the %s, is %i requests', async (name, requests) => {
    const list = createList(
      itemsOf(1_000, (index) => (index * 7) % 1_000),
      [],
      ORDERS[name] ?? null,
    );

    const ids = await read(list, 100);

    expect(new Set(ids).size).toBe(1_000);
    expect(ids).toHaveLength(1_000);
    expect(list.requests).toBe(requests);
  });

  test('in no order is read until each row was met twice', async () => {
    const list = createList(itemsOf(1_000), [], null);

    await read(list, 100);

    expect(list.requests).toBeLessThanOrEqual(21);
  });
});

describe('a page that says it is the last, but counts more rows', () => {
  const counting = (total: number, has: number) => async (skip: number, limit: number) =>
    parsePagedList({
      data: Array.from({ length: has }, (_, index) => ({ id: `r${index}` })).slice(skip, skip + limit),
      has_more: false,
      total_results: total,
    });

  test('is not the last one', async () => {
    expect(await read({ fetch: counting(250, 250) }, 100)).toHaveLength(250);
  });

  test('is the last one when nothing more comes and few more rows are counted', async () => {
    expect(await read({ fetch: counting(103, 100) }, 100)).toHaveLength(100);
  });

  test('fails when nothing more comes and many more rows are counted', async () => {
    await expect(read({ fetch: counting(5_000, 100) }, 100)).rejects.toThrow(
      'the list counts 5000 rows, returns',
    );
  });

  test('is not the last one when the front of a list is read once more', async () => {
    const edits = [
      ...Array.from({ length: 35 }, (_, index) => ({
        at: 1,
        kind: 'edit' as const,
        which: 79 - index,
        to: 0,
      })),
      ...Array.from({ length: 10 }, (_, index) => ({
        at: 2,
        kind: 'edit' as const,
        which: 79 - index,
        to: 0,
      })),
    ];
    const items = itemsOf(80, (index) => 80 - index).map((item) => ({ ...item, created: 0 }));
    const list = createList(items, edits, by('updated', -1));
    const fetch = async (skip: number, limit: number) => {
      const page = await list.fetch(skip, limit);
      return skip === 0 && list.requests > 1 ? { ...page, hasMore: false, total: 80 } : page;
    };

    expect(new Set(await read({ fetch }, 30))).toEqual(new Set(items.map(({ id }) => id)));
  });
});
