import { ProtocolError } from '../../errors.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import type { Span } from '../../time/span.ts';
import { isExpiredCursor } from '../refusals.ts';
import { type Row, type Seen, takeUnseen } from '../row.ts';
import { SEARCH } from '../search.ts';
import { checkBounds, datedRows } from './dated-rows.ts';
import type { Search } from './search-query.ts';

/** The rows for which a cursor is followed. */
export interface CursorRange {
  /** The second of date_updated. */
  readonly second: Span;
  /** The range of date_created. */
  readonly created: Span;
  readonly direction: 'asc' | 'desc';
  /**
   * Whether the range of date_created can be divided. If it can, a cursor is not followed when there are too many rows.
   */
  readonly canDivide: boolean;
}

/** What came of following a cursor. */
export interface CursorOutcome {
  /** How many rows the server counted. */
  readonly total: number;
  /** How many rows were not seen before. */
  readonly fresh: number;
  /** As many rows were met as were counted. */
  readonly isComplete: boolean;
  /** How many rows were met, new or not. */
  readonly met: number;
  /** There are more rows than one cursor brings, or cursors expired too often to reach them. */
  readonly tooMany: boolean;
}

/** One cursor brings at most 10,000 rows. Its last page may not fit in, so one page less is counted on. */
const CURSOR_CAP = 10_000 - SEARCH.limit;
/** How many cursors may expire one after the other without a new row. */
export const MOST_RESTARTS = 5;
/** How many pages in a row may repeat what the same cursor has brought. A cursor with more of them never ends. */
export const MOST_IDLE_PAGES = 50;

/**
 * Follows a cursor of the search to its end, and yields the rows that are new. If the range can be divided, it stops
 * after the first page when the count is too large for one cursor. A cursor that has expired is begun again.
 * @param seen the rows that have been read; the rows that are yielded are added
 * @param everMet the ids that any cursor has brought of this range; the ids of this one are added
 * @throws ProtocolError when the cursor does not end
 */
export async function* followCursor(
  search: Search,
  { second, created, direction, canDivide }: CursorRange,
  seen: Seen,
  everMet: Set<string>,
): AsyncGenerator<Row[], CursorOutcome> {
  const met = new Set<string>();
  /** What the present cursor has brought. After a restart, the next cursor brings it again. */
  let brought = new Set<string>();
  let idle = 0;
  let total = 0;
  let counted = false;
  let fresh = 0;
  let restarts = 0;
  let cursor: string | null = null;
  let ended = false;
  const outcome = (expired = false): CursorOutcome => ({
    total,
    fresh,
    met: met.size,
    isComplete: counted && met.size >= total && met.size < CURSOR_CAP,
    tooMany: expired || Math.max(total, met.size) >= CURSOR_CAP,
  });
  while (!ended) {
    try {
      const page = await search({ updated: second, created, direction, cursor, count: cursor === null });
      checkBounds(datedRows(page.rows, 'date_created'), created, `${SEARCH.name}: date_created`);
      const rows = takeUnseen(page.rows, seen);
      if (rows.length > 0) restarts = 0;
      fresh += rows.length;
      yield rows;
      total = page.total ?? total;
      counted ||= page.total !== null;
      const known = brought.size;
      for (const { id } of page.rows) {
        met.add(id);
        everMet.add(id);
        brought.add(id);
      }
      idle = brought.size > known ? 0 : idle + 1;
      if (idle > MOST_IDLE_PAGES) {
        const when = formatSecond(second.from);
        throw new ProtocolError(`${SEARCH.name}: a cursor returned nothing new ${idle} times, at ${when}`);
      }
      cursor = page.cursor;
      ended = cursor === null || (canDivide && total > CURSOR_CAP);
    } catch (error) {
      if (cursor === null || !isExpiredCursor(error)) throw error;
      if (met.size >= CURSOR_CAP) return outcome();
      if (restarts === MOST_RESTARTS && canDivide) return outcome(true);
      if (restarts === MOST_RESTARTS) throw error;
      restarts += 1;
      cursor = null;
      brought = new Set();
    }
  }
  return outcome();
}
