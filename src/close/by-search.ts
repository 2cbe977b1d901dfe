import { ApiError, AuthenticationError } from '../errors.ts';
import { floorSecond } from '../time.ts';
import { checkBounds, datedRows, isOrdered, versionsOf } from './by-date.ts';
import { type Page, parsePagedList, parseSearch, taken } from './envelope.ts';
import { unseen } from './row.ts';
import { type Search, searchBody } from './search-query.ts';
import { crossTie } from './search-tie.ts';
import { freshSlice, type ReadSlice, readSlices, type Slice, type Step } from './slices.ts';
import { contains, cut, END, HALVES, type Span, secondOf, subtract } from './span.ts';
import { readTail } from './tail.ts';
import type { Walk, WalkContext } from './walk.ts';

export interface SearchOptions {
  /** As the search calls it: `lead`, `contact`, … */
  readonly objectType: string;
  /** The fields to ask for, of the columns that are wanted. */
  readonly fields: (columns: readonly string[]) => readonly string[];
  /** The list of the same objects, if there is one: it shows new fields, and a tie that no search can cross. */
  readonly list?: string;
}

/** The column of what no other has. */
const EXTRA = '_extra';

/** What the search adds to each row, and no table has. */
export const isSearchMark = (key: string): boolean => key === '__object_type';

/** More is refused. */
const LIMIT = 200;
const FIELD = 'date_updated';
const TAIL_PASSES = 5;
const LISTING = { direction: 'ascending', limit: LIMIT } as const;

/** A search brings only what it is asked for by name; the list brings everything, also what Close has added since. */
const newFields = async (list: string | undefined, context: WalkContext): Promise<readonly string[]> => {
  if (list === undefined) return [];
  const request = { method: 'GET', path: list, stream: context.stream, query: { _limit: '1' } } as const;
  try {
    const { rows } = await context.api.fetch(request, parsePagedList);
    const isNew = (field: string): boolean => !context.known.includes(field) && !/^custom(\.|$)/.test(field);
    return Object.keys(rows[0] ?? {}).filter(isNew);
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof AuthenticationError) throw error;
    context.warn(`fields that Close may have added are not looked for: ${error.message}`);
    return [];
  }
};

const searcher = async (options: SearchOptions, context: WalkContext): Promise<Search> => {
  const named = options.fields(context.columns);
  const wantsNew = named.length > 0 && context.columns.includes(EXTRA);
  let added = wantsNew ? await newFields(options.list, context) : [];
  const limit = Math.min(LIMIT, context.pageSize ?? LIMIT);
  const fieldsNow = () => [...new Set(['id', 'date_created', FIELD, ...named, ...added])];
  const ask: Search = (page) => {
    const body = searchBody({ objectType: options.objectType, fields: fieldsNow(), limit, ...page });
    return context.api.fetch(
      { method: 'POST', path: '/data/search/', stream: context.stream, body },
      parseSearch,
    );
  };
  const askWithoutNew = async (page: Parameters<Search>[0], error: unknown): Promise<Page> => {
    const mayBeFields = error instanceof ApiError && error.status === 400 && !page.cursor;
    if (!mayBeFields || added.length === 0) throw error;
    const refused = added;
    added = [];
    const answer = await ask(page);
    context.warn(
      `the search refuses fields that ${options.list} has, which are not read: ${refused.join(', ')}`,
    );
    return answer;
  };
  return async (page) => {
    const answer = await ask(page).catch((error: unknown) => askWithoutNew(page, error));
    context.nameless(answer.nameless);
    if (context.learned) context.learned.fields = [...fieldsNow()];
    // Only the lower bound: the index may be behind, and give the new date of a row that it found by its old one.
    checkBounds(datedRows(answer.rows, FIELD), { from: page.updated.from, to: END }, `search: ${FIELD}`);
    return answer;
  };
};

/**
 * What follows from one page of a keyset walk: the rest begins at the last date seen, inclusive. Rows beyond the slice
 * were changed after the index saw them, so they bound nothing; a page that is not in order bounds nothing either, and
 * its span is halved.
 */
const afterPage = async (
  slice: Slice,
  page: Page,
  search: Search,
  list: string | undefined,
  context: WalkContext,
): Promise<Step> => {
  const rows = unseen(page.rows, slice.seen);
  if (page.cursor === null) return { rows, rest: [] };
  const dated = datedRows(page.rows, FIELD).filter(({ at }) => contains(slice.span, at));
  const last = dated.at(-1);
  if (!last) {
    const seen = versionsOf(page.rows, slice.seen);
    return { rows, rest: [{ span: slice.span, seen, cursor: page.cursor }] };
  }
  if (!isOrdered(dated, 'ascending')) {
    const halves = cut(slice.span, HALVES, context.now());
    if (halves.length > 1) return { rows, rest: halves.map(freshSlice) };
  }
  const second = secondOf(last.at);
  if (second.from > slice.span.from) {
    const edge = dated.filter(({ at }) => contains(second, at)).map(({ row }) => row);
    // The count is asked for once a slice; from then on, what has been read is taken off it.
    const counted = page.total ?? slice.expected;
    const expected = counted === undefined ? {} : { expected: Math.max(0, counted - page.rows.length) };
    const span = { from: second.from, to: slice.span.to };
    return { rows, rest: [{ span, seen: versionsOf(edge), ...expected }] };
  }
  await context.emit(rows, []);
  await crossTie({ search, list, second, seen: versionsOf(page.rows, slice.seen) }, context);
  return { rows: [], rest: subtract(slice.span, [second]).map(freshSlice) };
};

/**
 * Search, ascending on date_updated: slices up to where the index is settled, then the rest in one chain without an
 * upper bound, when all slices are done: an object that changes moves there, whichever slice it left.
 */
export const bySearch = (options: SearchOptions): Walk => ({
  along: FIELD,
  read: async (range, context) => {
    const search = await searcher(options, context);
    const follow = (slice: Slice, page: Page, own: WalkContext) =>
      afterPage(slice, page, search, options.list, own);
    const reader =
      (own: WalkContext): ReadSlice =>
      async (slice) => {
        const page = { updated: slice.span, cursor: slice.cursor ?? null };
        try {
          return await follow(slice, taken(await search({ ...page, count: slice.seen.size === 0 })), own);
        } catch (error) {
          if (!slice.cursor || !(error instanceof ApiError) || error.status !== 400) throw error;
          return follow(slice, taken(await search({ updated: slice.span })), own);
        }
      };

    const everything: Span = { from: range.from, to: END };
    const first = await search({ updated: everything, count: true });
    if (first.cursor === null) {
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
      await readSlices([...rest, ...others.map(freshSlice)], reader(context), LISTING, context);
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
