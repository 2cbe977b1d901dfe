import { describe, expect, test } from 'vitest';
import type { Page } from '../../../src/close/envelope.ts';
import type { Search } from '../../../src/close/paging/search-query.ts';
import { crossTie } from '../../../src/close/paging/search-tie.ts';
import type { Row, Seen } from '../../../src/close/row.ts';
import type { Api } from '../../../src/close/walk.ts';
import { RefusedError } from '../../../src/errors.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { formatInstant, parseInstant } from '../../../src/time/rfc3339.ts';
import { contains, secondOf } from '../../../src/time/span.ts';
import { walkContext } from '../walk-context.ts';
import { FROM } from '../walks/scripted-walk.ts';

const CAP = 10_000;
const PAGE = 200;
const second = secondOf(FROM);

const leads = (count: number, createdAt: (index: number) => number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `lead_${index}`,
    date_created: formatInstant(createdAt(index)),
    date_updated: formatInstant(FROM),
  }));

/** A search for objects of one second of date_updated. A cursor brings at most ten thousand rows. */
const arrange = (
  objects: readonly Row[],
  ghosts = 0,
  ties: 'both ways' | 'one way only' = 'both ways',
  stopsAfter = Number.POSITIVE_INFINITY,
) => {
  const asked = { search: 0, list: 0 };
  const dated = objects.map((row) => [parseInstant(String(row.date_created)) ?? Number.NaN, row] as const);
  const search: Search = async ({ created, direction, cursor, count }): Promise<Page> => {
    asked.search += 1;
    const matching = created
      ? dated.flatMap(([at, row]) => (contains(created, at) ? row : []))
      : [...objects];
    if (direction === 'desc' && ties === 'both ways') matching.reverse();
    const skip = Number(cursor ?? 0);
    if (skip >= CAP) throw new RefusedError('400: cursor', { request: 'POST /data/search/', status: 400 });
    const rows = matching.slice(skip, skip + PAGE);
    const next = skip + PAGE < Math.min(matching.length, stopsAfter) ? String(skip + PAGE) : null;
    return {
      rows,
      withoutId: 0,
      hasMore: next !== null,
      cursor: next,
      total: count ? matching.length + ghosts : null,
    };
  };
  const emitted = new Map<string, number>();
  const api: Api = {
    fetch: async ({ query }, parse) => {
      asked.list += 1;
      const skip = Number(query?._skip ?? 0);
      const data = objects.slice(skip, skip + Number(query?._limit));
      return parse({ data, has_more: skip + data.length < objects.length });
    },
  };
  const { context, walked } = walkContext({ api });
  const cross = async (seen: Seen = new Map()): Promise<void> => {
    for await (const rows of crossTie({ search, list: '/lead/', second, seen }, context)) {
      for (const { id } of rows) emitted.set(id, (emitted.get(id) ?? 0) + 1);
    }
  };
  return { asked, cross, emitted, warnings: walked.warnings };
};

const once = (emitted: ReadonlyMap<string, number>): boolean =>
  [...emitted.values()].every((count) => count === 1);

describe('crossTie', () => {
  test('follows one cursor if that is enough', async () => {
    const { asked, cross, emitted } = arrange(leads(500, () => FROM));

    await cross();

    expect(emitted.size).toBe(500);
    expect(asked).toEqual({ search: 3, list: 0 });
  });

  test('divides by date_created what one cursor cannot bring, and emits nothing twice', async () => {
    const { cross, emitted, asked } = arrange(leads(25_000, (index) => FROM - index * 600 * SECOND));

    await cross();

    expect(emitted.size).toBe(25_000);
    expect(once(emitted)).toBe(true);
    expect(asked.list).toBe(0);
    expect(asked.search).toBeLessThan(300);
  });

  test('does not search for long for objects that the index counts and that were deleted', async () => {
    const { cross, emitted, asked, warnings } = arrange(
      leads(1_000, (index) => FROM - index * 600 * SECOND),
      300,
    );

    await cross();

    expect(emitted.size).toBe(1_000);
    expect(asked.list).toBeLessThan(20);
    expect(asked.search).toBeLessThan(60);
    expect(warnings[0]).toMatch(/^a search counts \d+ objects of .* but returns only \d+$/);
  });

  test('reads from both ends when the rows have the same second of date_created too', async () => {
    const { cross, emitted, asked } = arrange(leads(15_000, () => FROM - 3_600 * SECOND));

    await cross();

    expect(emitted.size).toBe(15_000);
    expect(once(emitted)).toBe(true);
    expect(asked.list).toBe(0);
  });

  test('finds rows in the list when a search ends too early and does not say so', async () => {
    const objects = leads(3_000, () => FROM - 3_600 * SECOND);
    const { cross, emitted, asked } = arrange(objects, 0, 'one way only', 1_400);

    await cross();

    expect(emitted.size).toBe(3_000);
    expect(asked.list).toBeGreaterThan(20);
  });

  test('reads the list when a search brings the same rows from both ends', async () => {
    const { cross, emitted, asked } = arrange(
      leads(21_000, () => FROM - 3_600 * SECOND),
      0,
      'one way only',
    );

    await cross();

    expect(emitted.size).toBe(21_000);
    expect(asked.list).toBeGreaterThan(200);
  });

  test('reads the whole list if the two ends do not meet, and says so', async () => {
    const { cross, emitted, asked, warnings } = arrange(leads(21_000, () => FROM - 3_600 * SECOND));

    await cross();

    expect(emitted.size).toBe(21_000);
    expect(once(emitted)).toBe(true);
    expect(asked.list).toBeGreaterThan(200);
    expect(warnings).toEqual([
      expect.stringMatching(/^\/lead\/: a search cannot return all objects of 2026-05-01T00:00:00Z/),
    ]);
  });

  test('leaves out rows that earlier pages have brought', async () => {
    const { cross, emitted } = arrange(leads(500, () => FROM));
    const seen = new Map([['lead_7', formatInstant(FROM)]]);

    await cross(seen);

    expect(emitted.size).toBe(499);
    expect(emitted.has('lead_7')).toBe(false);
  });
});
