import { ProtocolError } from '../../errors.ts';
import { SECOND } from '../../time/instant.ts';
import { halves, secondOf, subtract } from '../../time/span.ts';
import type { Page } from '../envelope.ts';
import { isExpiredCursor } from '../refusals.ts';
import { unseen } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { nameOf } from './dated-rows.ts';
import type { Source, SourcePage } from './keyset.ts';
import { crossTie, MOST_IDLE_PAGES } from './search-tie.ts';
import type { Searcher } from './searcher.ts';
import { freshSlice, type Slice } from './slice.ts';

/** A count may hold objects that are gone. */
const GONE = 10;
/** The part of all objects that a count may have and the search not bring: an index may keep what was deleted. */
const GONE_SHARE = 1 / 10;
/** How often a span is halved that has objects by its count and brings none. */
const MOST_HALVINGS = 3;

/** Whether this is all there is: a null cursor says so, and the count, where there is one, does not deny it. */
export const isLastPage = (page: Page, expected: number | undefined, limit: number): boolean => {
  const counted = page.total ?? expected ?? 0;
  const brought = page.rows.length + page.withoutId;
  return page.cursor === null && counted - brought <= (brought >= limit ? 0 : GONE);
};

/**
 * A search as a source. Rows beyond a slice were changed after the index saw them: they are handed on, and bound nothing.
 * A second with more rows than a page is crossed by cursor.
 * @param list the plain list of the same objects, if there is one
 * @param first an answer that was had before, as the page with which a slice begins
 */
export const searchSource = (
  { search, limit, isSorted }: Searcher,
  list: string | undefined,
  first: { readonly slice: Slice; readonly page: Page } | null,
  counted: number,
  context: WalkContext,
): Source => {
  /** Objects that the search counts and does not bring. */
  let missing = 0;

  const ask = async (slice: Slice): Promise<Page> => {
    // The count is asked for once a slice.
    const count = slice.expected === undefined && !slice.cursor;
    try {
      return await search({ updated: slice.span, cursor: slice.cursor ?? null, count });
    } catch (error) {
      if (!slice.cursor || !isExpiredCursor(error)) throw error;
      return search({ updated: slice.span });
    }
  };

  const toSourcePage = (page: Page, slice: Slice): SourcePage => {
    const expected = page.cursor === null ? undefined : (page.total ?? slice.expected);
    const left = expected === undefined ? {} : { expected: Math.max(0, expected - page.rows.length) };
    const idle = unseen(page.rows, slice.seen).length > 0 ? 0 : (slice.idle ?? 0) + 1;
    return { ...page, hasMore: !isLastPage(page, slice.expected, limit), carried: { ...left, idle } };
  };

  const cross: Source['cross'] = async function* (second, { span, seen }) {
    yield* crossTie({ search, list, second, seen: new Map(seen) }, context);
    return { slices: subtract(span, [second]).map(freshSlice) };
  };

  return {
    field: 'date_updated',
    get direction() {
      return isSorted() ? 'ascending' : null;
    },
    grain: SECOND,
    keepsStrays: true,
    page: async (slice) => {
      if (slice !== first?.slice) return toSourcePage(await ask(slice), slice);
      // A cursor of the request without an upper bound would lead out of the slice.
      return { ...toSourcePage(first.page, slice), cursor: null };
    },
    cross,
    /** Only the cursor leads on, or the half of a slice that a search does not bring as a whole. */
    withoutRow: async function* (slice, { cursor, total }) {
      const { span, seen, idle = 0 } = slice;
      if (cursor !== null) {
        if (idle <= MOST_IDLE_PAGES) return { slices: [{ ...slice, cursor }] };
        throw new ProtocolError(`POST /data/search/: a cursor returned nothing new ${idle} times`);
      }
      if (idle <= MOST_HALVINGS) {
        const parts = halves(span, context.now());
        if (parts.length > 1) return { slices: parts.map((part) => ({ span: part, seen, idle })) };
        return yield* cross(secondOf(span.from), slice);
      }
      const ghosts = total ?? 0;
      const what =
        `POST /data/search/: counts ${ghosts} objects from ${nameOf(span.from)} to ` +
        `${nameOf(span.to)} and brings none`;
      missing += ghosts;
      if (missing > Math.max(GONE, counted * GONE_SHARE)) {
        throw new ProtocolError(`${what}; run again later, and tell Close if it stays so`);
      }
      context.warn(`${what}; they were probably deleted`);
      return { slices: [] };
    },
  };
};
