import { ProtocolError } from '../../errors.ts';
import { MINUTE, SECOND } from '../../time/instant.ts';
import { END, type Span, subtract, widened } from '../../time/span.ts';
import { type Page, parseEvents } from '../envelope.ts';
import { EVENT_LOG } from '../event-log.ts';
import { pageSizeOf } from '../page-size.ts';
import { boundsOf, checkBounds, datedRows, lacksEdge, within } from '../paging/dated-rows.ts';
import { keyset, type Source } from '../paging/keyset.ts';
import { readNewestFirst } from '../paging/newest-first.ts';
import type { ReadSlice, Slice } from '../paging/slice.ts';
import { isExpiredCursor } from '../refusals.ts';
import { unseen } from '../row.ts';
import type { Walk, WalkContext } from '../walk.ts';

const { field: FIELD, path: PATH, limit: LIMIT } = EVENT_LOG;

/** How many cursors may expire one after the other without a new row. Each is replaced by a request with bounds. */
const MOST_EXPIRED = 5;

/** How many pages in a row may bring no new row, not counting pages that repeat what was seen. */
const MOST_IDLE = 5;

/** Filters in addition to the dates. Only documented combinations work. */
export type EventFilters = Readonly<Record<string, string>>;

/**
 * The event log as a source, newest first. The first page of a slice is asked for by dates, each further page by the
 * cursor of the page before it. The cursor ignores the dates, so the lower bound is checked here. If a cursor has
 * expired, a request with dates takes its place; its page repeats the last second, and the rows that were seen are left
 * out. Within one second, only the cursor reaches further rows.
 */
const eventLog = (context: WalkContext, filters: EventFilters): Source => {
  const limit = pageSizeOf(LIMIT, context);
  const request = (query: Record<string, string>): Promise<Page> =>
    context.api.fetch(
      {
        method: 'GET',
        path: PATH,
        stream: context.stream,
        query: { ...filters, ...query, _limit: String(limit) },
      },
      parseEvents,
    );
  const bounded = async (span: Span): Promise<Page> => {
    const page = await request(boundsOf(FIELD, span));
    checkBounds(datedRows(page.rows, FIELD), span, `GET ${PATH}: ${FIELD}`);
    return page;
  };
  /**
   * As `bounded`, but it asks by minutes if the page lacks rows that it must repeat: the filter may compare minutes
   * only.
   */
  const continued = async (slice: Slice): Promise<Page> => {
    const page = await bounded(slice.span);
    return lacksEdge(page.rows, slice) ? bounded(widened(slice.span, MINUTE)) : page;
  };
  /** Null when the cursor has expired. */
  const byCursor = async (cursor: string): Promise<Page | null> => {
    try {
      return await request({ _cursor: cursor });
    } catch (error) {
      if (!isExpiredCursor(error)) throw error;
      return null;
    }
  };
  /** What the rest of the slice keeps of this page. Throws a ProtocolError when the pages bring nothing new. */
  const carriedAfter = (slice: Slice, page: Page, isExpired: boolean): Partial<Slice> => {
    const rows = within(unseen(page.rows, slice.seen), FIELD, slice.span);
    const expired = rows.length > 0 ? 0 : (slice.expired ?? 0) + (isExpired ? 1 : 0);
    if (expired > MOST_EXPIRED)
      throw new ProtocolError(`GET ${PATH}: cursors expire before they can be followed`);
    const hasNew = datedRows(rows, FIELD).some(({ row }) => !slice.seen.has(row.id));
    const idle = hasNew ? 0 : (slice.idle ?? 0) + 1;
    if (idle > MOST_IDLE + slice.seen.size / Math.max(1, page.rows.length)) {
      throw new ProtocolError(`GET ${PATH}: the cursors go on but return nothing new`);
    }
    return { cursor: page.cursor, expired, idle };
  };

  return {
    field: FIELD,
    direction: 'descending',
    grain: SECOND,
    page: async (slice) => {
      const followed = slice.cursor ? await byCursor(slice.cursor) : null;
      const page = followed ?? (await continued(slice));
      context.withoutId(page.withoutId);
      const oldest = datedRows(page.rows, FIELD).at(-1)?.at ?? END;
      const hasMore = page.cursor !== null && oldest >= slice.span.from;
      const isExpired = Boolean(slice.cursor) && !followed;
      return hasMore
        ? { ...page, hasMore, carried: carriedAfter(slice, page, isExpired) }
        : { ...page, hasMore };
    },
  };
};

/** Reads slices of the event log, newest first. */
export const readEvents = (context: WalkContext, filters: EventFilters = {}): ReadSlice =>
  keyset(eventLog(context, filters), context.now);

/** Reads the event log along its dates, newest first. */
export const byEvents = (): Walk => ({
  along: FIELD,
  newestFirst: true,
  read: async (range, context, emit) => {
    const spans = subtract({ from: range.from, to: END }, range.finished);
    const read = readEvents(context);
    await readNewestFirst(spans, read, { field: FIELD, limit: LIMIT }, context, emit);
  },
});
