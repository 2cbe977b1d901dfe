import { ApiError, ProtocolError } from '../../errors.ts';
import { floorSecond } from '../../time/instant.ts';
import { contains, cut, END, HALVES, type Span, secondOf, subtract } from '../../time/span.ts';
import { type Page, taken } from '../envelope.ts';
import { checkBounds, datedRows, isOrdered, nameOf, versionsOf } from '../paging/dated-rows.ts';
import type { Search } from '../paging/search-query.ts';
import { crossTie, MOST_IDLE_PAGES } from '../paging/search-tie.ts';
import { createSearcher, type Searcher, type SearchOptions } from '../paging/searcher.ts';
import { freshSlice, type ReadSlice, readSlices, type Slice, type Step } from '../paging/slices.ts';
import { readTail } from '../paging/tail.ts';
import { type Seen, unseen } from '../row.ts';
import type { Walk, WalkContext } from '../walk.ts';

/** What the search adds to each row, and no table has. */
export const isSearchMark = (key: string): boolean => key === '__object_type';

const FIELD = 'date_updated';
const TAIL_PASSES = 5;
/** A count may hold objects that are gone. */
const GONE = 10;
/** How often a span is halved that has objects by its count and brings none. */
const MOST_HALVINGS = 3;
/** The part of all objects that a count may have and the search not bring: an index may keep what was deleted. */
const GONE_SHARE = 1 / 10;

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

/** The halves of a span that one page does not show in full; the second of which it consists is crossed. */
const halved = async (slice: Slice, page: Page, reading: Reading, context: WalkContext): Promise<Step> => {
  const rows = unseen(page.rows, slice.seen);
  const seen = versionsOf(page.rows, slice.seen);
  const idle = rows.length > 0 ? 0 : (slice.idle ?? 0) + 1;
  const halves = cut(slice.span, HALVES, context.now());
  if (halves.length > 1) return { rows, rest: halves.map((span) => ({ span, seen, idle })) };
  await context.emit(rows, []);
  return across(secondOf(slice.span.from), slice.span, seen, reading, context);
};

const across = async (
  second: Span,
  span: Span,
  seen: Seen,
  { searcher, list }: Reading,
  context: WalkContext,
): Promise<Step> => {
  await crossTie({ search: checked(searcher.search, context), list, second, seen }, context);
  return { rows: [], rest: subtract(span, [second]).map(freshSlice) };
};

/** What follows from a page of which no row lies in the slice: only its cursor leads on, or nothing does. */
const afterNoRow = (
  slice: Slice,
  page: Page,
  reading: Reading,
  context: WalkContext,
): Promise<Step> | Step => {
  const rows = unseen(page.rows, slice.seen);
  const idle = rows.length > 0 ? 0 : (slice.idle ?? 0) + 1;
  if (page.cursor === null && idle <= MOST_HALVINGS) return halved(slice, page, reading, context);
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
    return { rows, rest: [] };
  }
  if (idle > MOST_IDLE_PAGES) {
    throw new ProtocolError(`POST /data/search/: a cursor brought nothing new ${idle} times`);
  }
  const seen = versionsOf(page.rows, slice.seen);
  return { rows, rest: [{ ...slice, seen, cursor: page.cursor, idle }] };
};

/**
 * What follows from one page of a keyset walk: the rest begins at the last date seen, inclusive. Rows beyond the slice
 * were changed after the index saw them, so they bound nothing; a page that is not in order bounds nothing either, and
 * its span is halved.
 */
const afterPage = async (slice: Slice, page: Page, reading: Reading, context: WalkContext): Promise<Step> => {
  const { searcher } = reading;
  const rows = unseen(page.rows, slice.seen);
  if (isLast(page, slice.expected, searcher.limit)) return { rows, rest: [] };
  const dated = datedRows(page.rows, FIELD).filter(({ at }) => contains(slice.span, at));
  const last = dated.at(-1);
  if (!last) return afterNoRow(slice, page, reading, context);
  if (!searcher.isSorted()) return halved(slice, page, reading, context);
  if (!isOrdered(dated, 'ascending')) {
    const halves = cut(slice.span, HALVES, context.now());
    if (halves.length > 1) return { rows, rest: halves.map(freshSlice) };
  }
  const second = secondOf(last.at);
  if (second.from > slice.span.from) {
    const edge = dated.filter(({ at }) => contains(second, at)).map(({ row }) => row);
    // The count is asked for once a slice; from then on, what has been read is taken off it.
    const counted = page.cursor === null ? undefined : (page.total ?? slice.expected);
    const expected = counted === undefined ? {} : { expected: Math.max(0, counted - page.rows.length) };
    const span = { from: second.from, to: slice.span.to };
    return { rows, rest: [{ span, seen: versionsOf(edge), ...expected }] };
  }
  await context.emit(rows, []);
  return across(second, slice.span, versionsOf(page.rows, slice.seen), reading, context);
};

/**
 * Search, ascending on date_updated: slices up to where the index is settled, then the rest in one chain without an
 * upper bound, when all slices are done: an object that changes moves there, whichever slice it left.
 */
export const bySearch = (options: SearchOptions): Walk => ({
  along: FIELD,
  read: async (range, context) => {
    const searcher = await createSearcher(options, context);
    const reading: Reading = { searcher, list: options.list, counted: 0, missing: 0 };
    const search = checked(searcher.search, context);
    const listing = { direction: 'ascending', limit: searcher.limit } as const;
    const follow = (slice: Slice, page: Page, own: WalkContext) => afterPage(slice, page, reading, own);
    const reader =
      (own: WalkContext): ReadSlice =>
      async (slice) => {
        const page = { updated: slice.span, cursor: slice.cursor ?? null };
        try {
          return await follow(
            slice,
            taken(await search({ ...page, count: slice.expected === undefined && !slice.cursor })),
            own,
          );
        } catch (error) {
          if (!slice.cursor || !(error instanceof ApiError) || error.status !== 400) throw error;
          return follow(slice, taken(await search({ updated: slice.span })), own);
        }
      };

    const everything: Span = { from: range.from, to: END };
    const first = await search({ updated: everything, count: true });
    reading.counted = first.total ?? 0;
    if (range.finished.length === 0 && first.total !== null) context.expects?.(first.total);
    if (isLast(first, undefined, searcher.limit)) {
      await context.emit(first.rows, [everything]);
      return;
    }
    const settled = Math.max(range.from, floorSecond(context.startedAt() - context.indexLag));
    const [start, ...others] = subtract({ from: range.from, to: settled }, range.finished);
    if (start) {
      // A cursor of the request without an upper bound would lead out of the slice.
      const step = await follow(freshSlice(start), first, context);
      const rest = step.rest.map((slice) => ({ ...slice, cursor: null }));
      await context.emit(
        step.rows,
        subtract(
          start,
          step.rest.map((slice) => slice.span),
        ),
      );
      await readSlices([...rest, ...others.map(freshSlice)], reader(context), listing, context);
    }
    await readTail(
      settled,
      reader,
      versionsOf(start ? first.rows : []),
      { neverAhead: FIELD, lag: context.indexLag, passes: TAIL_PASSES },
      context,
    );
  },
});
