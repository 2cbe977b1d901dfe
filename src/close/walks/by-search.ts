import { floorSecond } from '../../time/instant.ts';
import { END, type Span, subtract } from '../../time/span.ts';
import { versionsOf, within } from '../paging/dated-rows.ts';
import { keyset } from '../paging/keyset.ts';
import { isLastPage, searchSource } from '../paging/search-source.ts';
import { createSearcher, type SearchOptions } from '../paging/searcher.ts';
import { freshSlice } from '../paging/slice.ts';
import { readSlices } from '../paging/slices.ts';
import { readTail } from '../paging/tail.ts';
import type { Walk } from '../walk.ts';

/** What the search adds to each row, and no table has. */
export const isSearchMark = (key: string): boolean => key === '__object_type';

const FIELD = 'date_updated';
const TAIL_PASSES = 5;
<<<<<<< HEAD
=======
/** A count may hold objects that are gone. */
const GONE = 10;
/** How often a span is halved that has objects by its count and brings none. */
const MOST_HALVINGS = 3;
/** The part of all objects that a count may have and the search not bring: an index may keep what was deleted. */
const GONE_SHARE = 1 / 10;

type Reader = AsyncGenerator<Row[], Rest>;

/** What a walk shares among its slices. */
interface Reading {
  readonly searcher: Searcher;
  readonly list: string | undefined;
  /** Objects that the search counts in all that is to be read, */
  counted: number;
  /** and those that it counts and does not bring. */
  missing: number;
}

/** Only the lower bound: the index may be behind, and give the new date of a row that it found by its old one. */
const checked =
  (search: Search, context: WalkContext): Search =>
  async (page) => {
    const answer = await search(page);
    context.nameless(answer.nameless);
    checkBounds(datedRows(answer.rows, FIELD), { from: page.updated.from, to: END }, `search: ${FIELD}`);
    return answer;
  };

/** Whether this is all there is: a null cursor says so, and the count, where there is one, does not deny it. */
const isLast = (page: Page, expected: number | undefined, limit: number): boolean => {
  const counted = page.total ?? expected ?? 0;
  const brought = page.rows.length + page.nameless;
  return page.cursor === null && counted - brought <= (brought >= limit ? 0 : GONE);
};

/** Pages on end that brought nothing new of a slice. */
const idleAfter = (slice: Slice, page: Page): number =>
  unseen(page.rows, slice.seen).length > 0 ? 0 : (slice.idle ?? 0) + 1;

/** The halves of a span that one page does not show in full; the second of which it consists is crossed. */
async function* halved(slice: Slice, page: Page, reading: Reading, context: WalkContext): Reader {
  const seen = versionsOf(page.rows, slice.seen);
  const idle = idleAfter(slice, page);
  const halves = cut(slice.span, HALVES, context.now());
  if (halves.length > 1) return { slices: halves.map((span) => ({ span, seen, idle })) };
  return yield* across(secondOf(slice.span.from), slice.span, seen, reading, context);
}

async function* across(
  second: Span,
  span: Span,
  seen: Seen,
  { searcher, list }: Reading,
  context: WalkContext,
): Reader {
  yield* crossTie({ search: checked(searcher.search, context), list, second, seen }, context);
  return { slices: subtract(span, [second]).map(freshSlice) };
}

/** What follows from a page of which no row lies in the slice: only its cursor leads on, or nothing does. */
async function* afterNoRow(slice: Slice, page: Page, reading: Reading, context: WalkContext): Reader {
  const idle = idleAfter(slice, page);
  if (page.cursor === null && idle <= MOST_HALVINGS) return yield* halved(slice, page, reading, context);
  if (page.cursor === null) {
    const counted = page.total ?? 0;
    const what =
      `POST /data/search/: counts ${counted} objects from ${nameOf(slice.span.from)} to ` +
      `${nameOf(slice.span.to)} and brings none`;
    reading.missing += counted;
    if (reading.missing > Math.max(GONE, reading.counted * GONE_SHARE)) {
      throw new ProtocolError(`${what}; run again later, and tell Close if it stays so`);
    }
    context.warn(`${what}; they were probably deleted`);
    return { slices: [] };
  }
  if (idle > MOST_IDLE_PAGES) {
    throw new ProtocolError(`POST /data/search/: a cursor returned nothing new ${idle} times`);
  }
  const seen = versionsOf(page.rows, slice.seen);
  return { slices: [{ ...slice, seen, cursor: page.cursor, idle }] };
}

/**
 * What follows from one page of a keyset walk: the rest begins at the last date seen, inclusive. Rows beyond the slice
 * were changed after the index saw them, so they bound nothing; a page that is not in order bounds nothing either, and
 * its span is halved.
 */
async function* afterPage(slice: Slice, page: Page, reading: Reading, context: WalkContext): Reader {
  const { searcher } = reading;
  yield unseen(page.rows, slice.seen);
  if (isLast(page, slice.expected, searcher.limit)) return { slices: [] };
  const dated = datedRows(page.rows, FIELD).filter(({ at }) => contains(slice.span, at));
  const last = dated.at(-1);
  if (!last) return yield* afterNoRow(slice, page, reading, context);
  if (!searcher.isSorted()) return yield* halved(slice, page, reading, context);
  if (!isOrdered(dated, 'ascending')) {
    const halves = cut(slice.span, HALVES, context.now());
    if (halves.length > 1) return { slices: halves.map(freshSlice) };
  }
  const second = secondOf(last.at);
  if (second.from > slice.span.from) {
    const edge = dated.filter(({ at }) => contains(second, at)).map(({ row }) => row);
    // The count is asked for once a slice; from then on, what has been read is taken off it.
    const counted = page.cursor === null ? undefined : (page.total ?? slice.expected);
    const expected = counted === undefined ? {} : { expected: Math.max(0, counted - page.rows.length) };
    const span = { from: second.from, to: slice.span.to };
    return { slices: [{ span, seen: versionsOf(edge), ...expected }] };
  }
  return yield* across(second, slice.span, versionsOf(page.rows, slice.seen), reading, context);
}
>>>>>>> ed3848c (Say what people read in plain words: help, warnings and errors)

/**
 * Search, ascending on date_updated: slices up to where the index is settled, then the rest in one chain without an
 * upper bound, when all slices are done: an object that changes moves there, whichever slice it left.
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
    const settled = Math.max(range.from, floorSecond(context.startedAt() - context.indexLag));
    const slices = subtract({ from: range.from, to: settled }, range.finished).map(freshSlice);
    const seen = versionsOf(page.rows);
    const [slice] = slices;
    const first = slice && within(page.rows, FIELD, slice.span).length > 0 ? { slice, page } : null;
    // What an interrupted run has finished is in front of the slices.
    if (!first) await emit(page.rows, []);
    const source = searchSource(searcher, options.list, first, page.total ?? 0, context);
    const read = keyset(source, context.now);
    const listing = { direction: 'ascending', limit: searcher.limit } as const;
    await readSlices(slices, read, listing, context, emit);
    const tail = { neverAhead: FIELD, lag: context.indexLag, passes: TAIL_PASSES };
    await readTail(settled, read, seen, tail, context, emit);
  },
});
