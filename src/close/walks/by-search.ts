import { floorSecond, SECOND } from '../../time/instant.ts';
import { END, type Span, subtract } from '../../time/span.ts';
import { versionsOf, within } from '../paging/dated-rows.ts';
import { keyset } from '../paging/keyset.ts';
import { isLastPage, searchSource } from '../paging/search-source.ts';
import { createSearcher, type SearchOptions } from '../paging/searcher.ts';
import { freshSlice } from '../paging/slice.ts';
import { readSlices } from '../paging/slices.ts';
import { readTail } from '../paging/tail.ts';
import type { Walk } from '../walk.ts';

/** Whether a field is one that the search adds to each row. No stream has a column for it. */
export const isSearchMark = (key: string): boolean => key === '__object_type';

const FIELD = 'date_updated';
const TAIL_PASSES = 5;

/**
 * Reads a search in ascending order of `date_updated`. First it reads slices, up to the time at which the index should
 * be up to date. When all of them are done, it reads the tail, which has no upper bound. An object that changes during
 * the run moves to the tail, whichever slice it was in.
 */
export const bySearch = (options: SearchOptions): Walk => ({
  along: FIELD,
  read: async (range, context, emit) => {
    const searcher = await createSearcher(options, context);
    const everything: Span = { from: range.from, to: END };
    const page = await searcher.search({ updated: everything, count: true });
    if (range.finished.length === 0 && page.total !== null) context.expects?.(page.total);
    if (isLastPage(page, undefined, searcher.limit)) {
      await emit(page.rows, [everything]);
      return;
    }
    const lag = context.leads_overlap_seconds * SECOND;
    const settled = Math.max(range.from, floorSecond(context.startedAt() - lag));
    const slices = subtract({ from: range.from, to: settled }, range.finished).map(freshSlice);
    const seen = versionsOf(page.rows);
    const [slice] = slices;
    const first = slice && within(page.rows, FIELD, slice.span).length > 0 ? { slice, page } : null;
    // The first page may be of a span that an interrupted run has finished. Then it does not belong to a slice.
    if (!first) await emit(page.rows, []);
    const source = searchSource(searcher, options.list, first, page.total ?? 0, context);
    const read = keyset(source, context.now);
    const listing = { direction: 'ascending', limit: searcher.limit } as const;
    await readSlices(slices, read, listing, context, emit);
    const tail = { neverAhead: FIELD, lag, passes: TAIL_PASSES };
    await readTail(settled, read, seen, tail, context, emit);
  },
});
