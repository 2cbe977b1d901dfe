import { ProtocolError, RefusedError } from '../../errors.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { ALL_TIME, cut, HALVES, type Span } from '../../time/span.ts';
import { isExpiredCursor } from '../refusals.ts';
import { type Row, remember, type Seen, unseen } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { checkBounds, datedRows, within } from './dated-rows.ts';
import { listPages } from './list-pages.ts';
import { SEARCH, type Search } from './search-query.ts';

/** A second of date_updated that holds more rows than a page, and what is needed to read it. */
export interface Tie {
  readonly search: Search;
  /** The path of the plain list of the same objects, if there is one. */
  readonly list: string | undefined;
  readonly second: Span;
  /** The rows that have been read of it. The rows that are yielded are added. */
  readonly seen: Seen;
}

/** What came of following one cursor. */
interface Outcome {
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
/**
 * Ranges of date_created are divided after this instant only: the time before has no beginning, so it has no middle.
 */
const EPOCH = 0;
/** How many divisions in a row may bring nothing new. */
const MOST_FRUITLESS = 2;
/** How many cursors may expire one after the other without a new row. */
const MOST_RESTARTS = 5;
/** How many pages in a row may repeat what the same cursor has brought. A cursor with more of them never ends. */
export const MOST_IDLE_PAGES = 50;
const LIST_LIMIT = 100;

/**
 * Reads all rows of one second of date_updated: a bulk edit gives thousands of objects the same second. It follows a
 * cursor within that second. If there are more rows than one cursor brings, or if fewer come than are counted, it
 * divides the second by date_created. Rows with the same second of date_created too are read from both ends, in
 * ascending and in descending order. If the two ends do not meet, it reads the plain list.
 * @throws ProtocolError when the rows cannot be reached, or when a cursor does not end
 */
export async function* crossTie(tie: Tie, context: WalkContext): AsyncGenerator<Row[], void> {
  const { search, second, seen } = tie;
  const freshOf = (rows: readonly Row[]): Row[] => {
    const fresh = unseen(rows, seen);
    remember(seen, fresh);
    return fresh;
  };

  /**
   * Follows one cursor to its end. It stops after the first page if the range can be divided and the count is too
   * large.
   * @param created the range of date_created
   * @param everMet the ids that any cursor has brought of that range; the ids of this one are added
   */
  async function* follow(
    created: Span,
    direction: 'asc' | 'desc',
    canDivide: boolean,
    everMet: Set<string>,
  ): AsyncGenerator<Row[], Outcome> {
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
    const outcome = (expired = false): Outcome => ({
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
        const rows = freshOf(page.rows);
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

  /** @param fruitless how many divisions in a row brought nothing new */
  async function* cross(created: Span, fruitless = 0): AsyncGenerator<Row[], void> {
    const parts = created.to <= EPOCH ? [created] : cut(created, HALVES, second.to);
    const canDivide = parts.length > 1;
    const everMet = new Set<string>();
    const { isComplete, total, tooMany, fresh } = yield* follow(created, 'asc', canDivide, everMet);
    if (isComplete) return;
    if (canDivide && (tooMany || fruitless < MOST_FRUITLESS)) {
      // A cursor may stop early and not say so. If dividing brings nothing new, the count includes deleted objects.
      for (const part of parts) yield* cross(part, fresh === 0 ? fruitless + 1 : 0);
      return;
    }
    const fromTheEnd = yield* follow(created, 'desc', false, everMet);
    if (tooMany) {
      // Only new rows followed by known rows show that the two ends meet. Otherwise the search may have ignored the
      // direction and brought the same rows again. The count alone shows nothing: it may stop where a cursor stops.
      const meets = fromTheEnd.fresh > 0 && fromTheEnd.fresh < fromTheEnd.met;
      if (!meets || everMet.size < Math.max(total, fromTheEnd.total)) yield* readList();
      return;
    }
    // Rows that left this second while it was read may have shifted others into pages that were already read. Or the
    // server does not count. So it reads again, until a cursor brings nothing new.
    let last = fromTheEnd;
    for (let pass = 1; last.fresh > 0 && pass <= MOST_RESTARTS; pass += 1) {
      last = yield* follow(created, 'asc', false, everMet);
    }
    if (everMet.size < last.total) yield* readWhatIsCounted(everMet.size, last.total);
  }

  const when = formatSecond(second.from);
  let isListed = false;

  /**
   * Reads the list, as far as it can be read, for objects that the index counts but does not bring. They may be
   * deleted.
   */
  async function* readWhatIsCounted(met: number, total: number): AsyncGenerator<Row[], void> {
    context.warn(`a search counts ${total} objects of ${when} and brings ${met}`);
    if (isListed || tie.list === undefined) return;
    try {
      yield* readList();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      context.warn(`${tie.list} cannot be read that far: ${error.message}`);
    }
  }

  async function* readList(): AsyncGenerator<Row[], void> {
    if (tie.list === undefined)
      throw new ProtocolError(`${SEARCH.name}: a search cannot reach all objects of ${when}`);
    isListed = true;
    context.warn(`${tie.list}: a search does not reach all objects of ${when}; reading the whole list`);
    for await (const page of listPages({ path: tie.list, limit: LIST_LIMIT }, context)) {
      yield freshOf(within(page.rows, 'date_updated', second));
    }
  }

  yield* cross(ALL_TIME);
}
