import { z } from 'zod';
import { ProtocolError } from '../errors.ts';
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
 * The page, with its rows moved out of the one that is given. Promises that the answer came through are often old, and
 * then only a full garbage collection frees them. They would hold the rows until then.
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
    `${request}: the list counts ${page.total} rows, brings ${places} of them, and says that there are no more`,
  );
};

// The rows are not checked here: there are many, and `schema/conform.ts` looks at every field later.
const rows = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected a list');

const listEnvelope = z.object({
  data: rows,
  has_more: z.boolean().optional(),
  total_results: z.number().nullish(),
});
const pagedListEnvelope = listEnvelope.required({ has_more: true });
const searchEnvelope = z.object({
  data: rows,
  // The key must be there: only a null says that this is the end.
  cursor: z.string('expected a cursor, or null at the end').nullable(),
  count: z.object({ total: z.number().nullish() }).nullish(),
});
// The key must be there: only a null says that the log ends here.
const eventEnvelope = z.object({ data: rows, cursor_next: z.string().nullable() });

const pageOf = (
  data: readonly unknown[],
  rest: { hasMore: boolean; cursor?: string | null; total?: number | null },
): Page => {
  const found = data.filter(isRow);
  return {
    rows: found,
    withoutId: data.length - found.length,
    hasMore: rest.hasMore,
    cursor: rest.cursor ?? null,
    total: rest.total ?? null,
  };
};

/** `{"data": […], "has_more": …, "total_results": …}` */
export const parseList = (body: unknown): Page => {
  const { data, has_more, total_results } = listEnvelope.parse(body);
  return pageOf(data, { hasMore: has_more ?? false, total: total_results ?? null });
};

/**
 * The same for a list that was asked for with `_limit`: `has_more` must be there, since a missing one would look like
 * the end.
 */
export const parsePagedList = (body: unknown): Page => {
  const { data, has_more, total_results } = pagedListEnvelope.parse(body);
  return pageOf(data, { hasMore: has_more, total: total_results ?? null });
};

/** `{"data": […], "cursor": …, "count": {"total": …}}`; a null cursor is the end, a short page is not. */
export const parseSearch = (body: unknown): Page => {
  const { data, cursor, count } = searchEnvelope.parse(body);
  return pageOf(data, {
    hasMore: typeof cursor === 'string',
    cursor,
    total: count?.total ?? null,
  });
};

/** `{"data": […], "cursor_next": …}` */
export const parseEvents = (body: unknown): Page => {
  const { data, cursor_next } = eventEnvelope.parse(body);
  return pageOf(data, { hasMore: cursor_next !== null, cursor: cursor_next });
};
