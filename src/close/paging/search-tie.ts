import { ProtocolError, RefusedError } from '../../errors.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { ALL_TIME, cut, HALVES, type Span } from '../../time/span.ts';
import { type Row, type Seen, takeUnseen } from '../row.ts';
import { SEARCH } from '../search.ts';
import type { WalkContext } from '../walk.ts';
import { within } from './dated-rows.ts';
import { type CursorRange, followCursor, MOST_RESTARTS } from './follow-cursor.ts';
import { listPages } from './list-pages.ts';
import type { Search } from './search-query.ts';

/** A second of date_updated that holds more rows than a page, and what is needed to read it. */
export interface Tie {
  readonly search: Search;
  /** The path of the plain list of the same objects, if there is one. */
  readonly list: string | undefined;
  readonly second: Span;
  /** The rows that have been read of it. The rows that are yielded are added. */
  readonly seen: Seen;
}

/**
 * Ranges of date_created are divided after this instant only: the time before has no beginning, so it has no middle.
 */
const EPOCH = 0;
/** How many divisions in a row may bring nothing new. */
const MOST_FRUITLESS = 2;
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
  const follow = (range: Omit<CursorRange, 'second'>, everMet: Set<string>) =>
    followCursor(search, { second, ...range }, seen, everMet);

  /** @param fruitless how many divisions in a row brought nothing new */
  async function* cross(created: Span, fruitless = 0): AsyncGenerator<Row[], void> {
    const parts = created.to <= EPOCH ? [created] : cut(created, HALVES, second.to);
    const canDivide = parts.length > 1;
    const everMet = new Set<string>();
    const { isComplete, total, tooMany, fresh } = yield* follow(
      { created, direction: 'asc', canDivide },
      everMet,
    );
    if (isComplete) return;
    if (canDivide && (tooMany || fruitless < MOST_FRUITLESS)) {
      // A cursor may stop early and not say so. If dividing brings nothing new, the count includes deleted objects.
      for (const part of parts) yield* cross(part, fresh === 0 ? fruitless + 1 : 0);
      return;
    }
    const fromTheEnd = yield* follow({ created, direction: 'desc', canDivide: false }, everMet);
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
      last = yield* follow({ created, direction: 'asc', canDivide: false }, everMet);
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
    context.warn(`a search counts ${total} objects of ${when} but returns only ${met}`);
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
      throw new ProtocolError(`${SEARCH.name}: a search cannot return all objects of ${when}`);
    isListed = true;
    context.warn(`${tie.list}: a search cannot return all objects of ${when}; reading the whole list`);
    for await (const page of listPages({ path: tie.list, limit: LIST_LIMIT }, context)) {
      yield takeUnseen(within(page.rows, 'date_updated', second), seen);
    }
  }

  yield* cross(ALL_TIME);
}
