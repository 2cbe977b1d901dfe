import { ProtocolError, RefusedError } from '../../errors.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { cut, END, HALVES, type Span, START } from '../../time/span.ts';
import { isExpiredCursor } from '../refusals.ts';
import { type Row, remember, type Seen, unseen } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { checkBounds, datedRows, within } from './dated-rows.ts';
import { listPages } from './list-pages.ts';
import type { Search } from './search-query.ts';

export interface Tie {
  readonly search: Search;
  /** The plain list of the same objects, if there is one. */
  readonly list: string | undefined;
  /** The second of date_updated that holds more rows than a page. */
  readonly second: Span;
  /** What has been read of it; grows. */
  readonly seen: Seen;
}

interface Outcome {
  /** Rows that the server counted. */
  readonly total: number;
  /** Rows not seen before. */
  readonly fresh: number;
  /** Every row that was counted was met. */
  readonly whole: boolean;
  /** Rows met, whether they were new or not. */
  readonly met: number;
  /** There are more than one cursor brings, or can be followed to. */
  readonly tooMany: boolean;
}

/** One cursor yields 10 000 rows; a page may not fit in any more. */
const CURSOR_CAP = 10_000 - 200;
/** What was created before is not divided any more: an open end has no middle. */
const EPOCH = 0;
const MOST_FRUITLESS = 2;
/** Cursors that expired one after the other without a new row. */
const MOST_RESTARTS = 5;
/** Pages of a cursor on end without a row that it had not brought: it leads nowhere. */
export const MOST_IDLE_PAGES = 50;
const LIST_LIMIT = 100;

/**
 * Crosses one second of date_updated by cursor: a bulk edit stamps thousands of objects alike. More than a cursor
 * yields, or fewer than were counted, are divided by date_created. What shares that second too is read from both ends,
 * and if that is not enough, from the whole list.
 */
export async function* crossTie(tie: Tie, context: WalkContext): AsyncGenerator<Row[], void> {
  const { search, second, seen } = tie;
  const freshOf = (rows: readonly Row[]): Row[] => {
    const fresh = unseen(rows, seen);
    remember(seen, fresh);
    return fresh;
  };

  /** Follows one cursor to its end, or no further than its count when the span is better divided. */
  async function* follow(
    created: Span,
    direction: 'asc' | 'desc',
    divisible: boolean,
    everMet: Set<string>,
  ): AsyncGenerator<Row[], Outcome> {
    const met = new Set<string>();
    /** What this one cursor has brought; after a restart the next brings it again. */
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
      whole: counted && met.size >= total && met.size < CURSOR_CAP,
      tooMany: expired || Math.max(total, met.size) >= CURSOR_CAP,
    });
    while (!ended) {
      try {
        const page = await search({ updated: second, created, direction, cursor, count: cursor === null });
        checkBounds(datedRows(page.rows, 'date_created'), created, 'POST /data/search/: date_created');
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
          throw new ProtocolError(
            `POST /data/search/: a cursor returned nothing new ${idle} times, at ${when}`,
          );
        }
        cursor = page.cursor;
        ended = cursor === null || (divisible && total > CURSOR_CAP);
      } catch (error) {
        if (cursor === null || !isExpiredCursor(error)) throw error;
        if (met.size >= CURSOR_CAP) return outcome();
        if (restarts === MOST_RESTARTS && divisible) return outcome(true);
        if (restarts === MOST_RESTARTS) throw error;
        restarts += 1;
        cursor = null;
        brought = new Set();
      }
    }
    return outcome();
  }

  /** @param fruitless divisions on end that brought nothing new */
  async function* cross(created: Span, fruitless = 0): AsyncGenerator<Row[], void> {
    const parts = created.to <= EPOCH ? [created] : cut(created, HALVES, second.to);
    const divisible = parts.length > 1;
    const everMet = new Set<string>();
    const { whole, total, tooMany, fresh } = yield* follow(created, 'asc', divisible, everMet);
    if (whole) return;
    if (divisible && (tooMany || fruitless < MOST_FRUITLESS)) {
      // A cursor may stop early without a word; where dividing brings nothing, the count holds objects that are gone.
      for (const part of parts) yield* cross(part, fresh === 0 ? fruitless + 1 : 0);
      return;
    }
    const behind = yield* follow(created, 'desc', false, everMet);
    if (tooMany) {
      // A count may stop where a cursor does, and what ties in everything has no other end: only new rows that are
      // followed by known ones show that nothing lies between, if they are as many as were counted.
      const meets = behind.fresh > 0 && behind.fresh < behind.met;
      if (!meets || everMet.size < Math.max(total, behind.total)) yield* readList();
      return;
    }
    // Rows left the tie while it was read, and the rest may have moved up unseen; or nobody counted them.
    let last = behind;
    for (let pass = 1; last.fresh > 0 && pass <= MOST_RESTARTS; pass += 1) {
      last = yield* follow(created, 'asc', false, everMet);
    }
    if (everMet.size < last.total) yield* readWhatIsCounted(everMet.size, last.total);
  }

  const when = formatSecond(second.from);
  let isListed = false;

  /** What the index counts and does not bring may be gone, or it may not: the list knows, as far as it goes. */
  async function* readWhatIsCounted(met: number, total: number): AsyncGenerator<Row[], void> {
    context.warn(`a search counts ${total} objects of ${when} and brings ${met}`);
    if (isListed || tie.list === undefined) return;
    try {
      yield* readList();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      context.warn(`${tie.list} cannot be read as far as that: ${error.message}`);
    }
  }

  async function* readList(): AsyncGenerator<Row[], void> {
    if (tie.list === undefined)
      throw new ProtocolError(`POST /data/search/: a search cannot reach all objects of ${when}`);
    isListed = true;
    context.warn(`${tie.list}: a search does not reach all objects of ${when}; reading the whole list`);
    for await (const page of listPages({ path: tie.list, limit: LIST_LIMIT }, context)) {
      yield freshOf(within(page.rows, 'date_updated', second));
    }
  }

  yield* cross({ from: START, to: END });
}
