import { z } from 'zod';
import { ProtocolError } from '../errors.ts';
import { isRow, type Row } from './row.ts';

/** One page, whatever the endpoint calls its parts. */
export interface Page {
  readonly rows: Row[];
  /** Rows that came without an id, and so cannot be emitted. */
  readonly withoutId: number;
  readonly hasMore: boolean;
  /** Continues the reading, where the endpoint has cursors. */
  readonly cursor: string | null;
  /** How many objects the whole request matches, where the endpoint says. */
  readonly total: number | null;
}

/**
 * The page, its rows moved out of the one given. What an answer came through, promises above all, has waited so long
 * that only a full collection frees it, and would hold the rows until then.
 */
export const taken = <Taken extends Page>(page: Taken): Taken => ({ ...page, rows: page.rows.splice(0) });

/**
 * A list may count a few rows that it does not bring: they were deleted between the count and the page. It is read on
 * all the same, which brings nothing then.
 */
const MISCOUNT = 10;

/**
 * Whether a page that calls itself the last is not: the list counts more rows than have come. It is read on past the
 * page, as the count may be right and `has_more` wrong.
 * @param places rows up to the page's end
 * @param request its name, for the message
 * @throws ProtocolError when nothing comes and many rows are counted still: to call that the end would lose them
 */
export const isCountedShort = (page: Page, places: number, request: string): boolean => {
  if (page.hasMore || page.total === null || page.total <= places) return false;
  if (page.rows.length > 0) return true;
  if (page.total - places <= MISCOUNT) return false;
  throw new ProtocolError(
    `${request}: the list counts ${page.total} rows, brings ${places} of them, and says that there are no more`,
  );
};

// The rows are not looked into: they are many, and conforming looks at every field anyway.
const rows = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected a list');

const listEnvelope = z.object({
  data: rows,
  has_more: z.boolean().optional(),
  total_results: z.number().nullish(),
});
const pagedListEnvelope = listEnvelope.required({ has_more: true });
const searchEnvelope = z.object({
  data: rows,
  // Absent is not null: only null says that this is the end.
  cursor: z.string('expected a cursor, or null at the end').nullable(),
  count: z.object({ total: z.number().nullish() }).nullish(),
});
// Without the key nothing says that the log ends here.
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

/** A list that was asked for with a limit must say whether there is more: silence would be taken for the end. */
export const parsePagedList = (body: unknown): Page => {
  const { data, has_more, total_results } = pagedListEnvelope.parse(body);
  return pageOf(data, { hasMore: has_more, total: total_results ?? null });
};

/** `{"data": […], "cursor": …, "count": {"total": …}}`; the end is a null cursor, not a short page. */
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
