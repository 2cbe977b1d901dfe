import { ProtocolError } from '../errors.ts';
import { isRecord } from '../json/is-record.ts';
import { isRow, type Row } from './row.ts';

/** One page of any endpoint, with the same names for its parts. */
export interface Page {
  readonly rows: Row[];
  /** How many rows came without an id. They cannot be emitted. */
  readonly withoutId: number;
  readonly hasMore: boolean;
  /** The cursor for the next page, if the endpoint has cursors. */
  readonly cursor: string | null;
  /** How many objects the whole request matches, if the endpoint counts them. */
  readonly total: number | null;
}

/**
 * Moves the rows into a copy of the page. Old promises may hold the given page until the next full garbage collection;
 * then they hold no rows.
 */
export const taken = <Taken extends Page>(page: Taken): Taken => ({ ...page, rows: page.rows.splice(0) });

/** A list may count a few rows more than it has: they were deleted between the count and the page. */
const MISCOUNT = 10;

/**
 * Whether a page says that it is the last one although the list counts more rows than have come. Then the list must be
 * read on: the count may be right and `has_more` wrong.
 * @param places how many rows there are up to the end of the page
 * @param request the name of the request, for the message
 * @throws ProtocolError when the page is empty although many more rows are counted: if this were the end, they would be
 * lost
 */
export const isCountedShort = (page: Page, places: number, request: string): boolean => {
  if (page.hasMore || page.total === null || page.total <= places) return false;
  if (page.rows.length > 0) return true;
  if (page.total - places <= MISCOUNT) return false;
  throw new ProtocolError(
    `${request}: the list counts ${page.total} rows, returns ${places} of them, and says that there are no more`,
  );
};

// Checked without zod, so that discovery need not load it: it takes as long to load as all the rest of the tap.
const expected = (key: string, what: string): TypeError => new TypeError(`${key}: expected ${what}`);

const objectOf = (body: unknown): Readonly<Record<string, unknown>> => {
  if (isRecord(body)) return body;
  throw expected('answer', 'an object');
};

const flagOf = (value: unknown): boolean => {
  if (typeof value === 'boolean') return value;
  throw expected('has_more', 'true or false');
};

/** The key must be there: only a null says that this is the end. */
const cursorOf = (value: unknown): string | null => {
  if (value === null || typeof value === 'string') return value;
  throw expected('cursor', 'a text, or null at the end');
};

const totalOf = (value: unknown): number | null => {
  const total = value ?? null;
  if (total === null || typeof total === 'number') return total;
  throw expected('total', 'a number');
};

/** The rows are not checked here: there are many, and `schema/conform.ts` looks at every field later. */
const pageOf = (
  { data }: Readonly<Record<string, unknown>>,
  rest: Pick<Page, 'hasMore' | 'cursor' | 'total'>,
): Page => {
  if (!Array.isArray(data)) throw expected('data', 'a list');
  const rows = data.filter(isRow);
  return { rows, withoutId: data.length - rows.length, ...rest };
};

/**
 * `{"data": […], "has_more": …, "total_results": …}` of a list that was asked for with `_limit`. `has_more` must be
 * there, since a missing one would look like the end.
 * @throws TypeError when it has another form
 */
export const parsePagedList = (body: unknown): Page => {
  const answer = objectOf(body);
  const hasMore = flagOf(answer.has_more);
  return pageOf(answer, { hasMore, cursor: null, total: totalOf(answer.total_results) });
};

/** A list without pages, which need not say that there is no more. @throws TypeError when it has another form */
export const parseList = (body: unknown): Page => parsePagedList({ has_more: false, ...objectOf(body) });

/**
 * `{"data": […], "cursor": …, "count": {"total": …}}`; a null cursor is the end, a short page is not.
 * @throws TypeError when it has another form
 */
export const parseSearch = (body: unknown): Page => {
  const answer = objectOf(body);
  const cursor = cursorOf(answer.cursor);
  const total = totalOf(objectOf(answer.count ?? {}).total);
  return pageOf(answer, { hasMore: cursor !== null, cursor, total });
};

/** `{"data": […], "cursor_next": …}` @throws TypeError when it has another form */
export const parseEvents = (body: unknown): Page => {
  const answer = objectOf(body);
  const cursor = cursorOf(answer.cursor_next);
  return pageOf(answer, { hasMore: cursor !== null, cursor, total: null });
};
