import { ProtocolError } from '../../errors.ts';
import { SECOND } from '../../time/instant.ts';
import { halves, secondOf, subtract } from '../../time/span.ts';
import type { Page } from '../envelope.ts';
import { isExpiredCursor } from '../refusals.ts';
import { unseen } from '../row.ts';
import { SEARCH } from '../search.ts';
import type { WalkContext } from '../walk.ts';
import { textOfInstant } from './dated-rows.ts';
import { MOST_IDLE_PAGES } from './follow-cursor.ts';
import type { Source, SourcePage } from './keyset.ts';
import { crossTie } from './search-tie.ts';
import type { Searcher } from './searcher.ts';
import { freshSlice, type Slice } from './slice.ts';

/** A count may be too high by this part of all objects, or by as many as `SEARCH` says, if that is more. */
const GONE_SHARE = 1 / 10;
/** How often a span is halved that counts objects but brings none. */
const MOST_HALVINGS = 3;

/**
 * Whether this page is the last one. A null cursor says so, and the count must agree, if there is one.
 * @param expected how many rows were left before this page, if that is known
 * @param limit the most rows of a page
 */
export const isLastPage = (page: Page, expected: number | undefined, limit: number): boolean => {
  const counted = page.total ?? expected ?? 0;
  const brought = page.rows.length + page.withoutId;
  return page.cursor === null && counted - brought <= (brought >= limit ? 0 : SEARCH.gone);
};

/**
 * A search as a source, in order of `date_updated`. Rows outside a slice changed after the index saw them: they are
 * yielded, but do not show where the rest of the slice begins. A second with more rows than a page is read by cursor.
 * @param list the path of the plain list of the same objects, if there is one
 * @param first a slice whose first page has already come, with that page
 * @param counted how many objects the search has in all, by its own count
 */
export const searchSource = (
  { search, limit, isSorted }: Searcher,
  list: string | undefined,
  first: { readonly slice: Slice; readonly page: Page } | null,
  counted: number,
  context: WalkContext,
): Source => {
  /** How many objects the search counted but did not bring. */
  let missing = 0;

  const ask = async (slice: Slice): Promise<Page> => {
    // The count is asked for once per slice.
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
      // That page was asked for without an upper bound, so its cursor would lead out of the slice.
      return { ...toSourcePage(first.page, slice), cursor: null };
    },
    cross,
    /** The cursor may lead on. Without a cursor, halves of the slice may bring what the whole slice does not. */
    withoutRow: async function* (slice, { cursor, total }) {
      const { span, seen, idle = 0 } = slice;
      if (cursor !== null) {
        if (idle <= MOST_IDLE_PAGES) return { slices: [{ ...slice, cursor }] };
        throw new ProtocolError(`${SEARCH.name}: a cursor returned nothing new ${idle} times`);
      }
      if (idle <= MOST_HALVINGS) {
        const parts = halves(span, context.now());
        if (parts.length > 1) return { slices: parts.map((part) => ({ span: part, seen, idle })) };
        return yield* cross(secondOf(span.from), slice);
      }
      const counts = total ?? 0;
      const what =
        `${SEARCH.name}: counts ${counts} objects from ${textOfInstant(span.from)} to ` +
        `${textOfInstant(span.to)} but returns none of them`;
      missing += counts;
      if (missing > Math.max(SEARCH.gone, counted * GONE_SHARE)) {
        throw new ProtocolError(
          `${what}; run the tap again later, and report it to Close if it happens again`,
        );
      }
      context.warn(`${what}; they were probably deleted`);
      return { slices: [] };
    },
  };
};
