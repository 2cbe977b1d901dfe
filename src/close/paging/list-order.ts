import type { Instant } from '../../time/instant.ts';
import { instantOf, type Row } from '../row.ts';

/** So many steps from row to row in the same direction are not chance (1 in 30!). */
const ENOUGH_STEPS = 30;
/** In smaller pages, most rows would be repeated ones. */
const SMALLEST_PAGE = 10;

/** An order in which the list may be. */
interface Candidate {
  readonly field: 'date_created' | 'date_updated';
  readonly direction: 1 | -1;
  /** No row so far was out of this order. */
  holds: boolean;
  /** How many rows so far had another date than the row before them. */
  steps: number;
  /** The date of the last row. */
  last: Instant | null;
  /** How many rows at the end of the last page have the same date, plus one. */
  repeated: number;
}

/** The orders in which the pages of one pass have come so far. */
export interface ListOrder {
  /** Whether the page begins before the end of the page before it, in each order that still holds. */
  joins(rows: readonly Row[]): boolean;
  /** Takes in the next page. */
  add(rows: readonly Row[]): void;
  /** How many rows of the last page the next page must repeat. */
  overlap(): number;
  /** The pages do not join, so they show no order. */
  giveUp(): void;
  /** The list is in order of a date, and the pages leave no gap in it. */
  isProven(): boolean;
  /** Whether the order may be one in which an edited row moves to the front. */
  movesToFront(): boolean;
}

/**
 * Finds out whether a list is in order of a date. Such a list needs one pass only. Each page must begin with a row that
 * belongs before the last row of the page before it. Then there is no gap between the two pages: rows that are added,
 * deleted or moved shift the pages, but do not change the order of the other rows. Rows with equal dates may come in
 * any order, so the next page begins before all of them. In order of date_updated, an edited row moves to one end of
 * the list. That is the last page, which is still to be read, or the first page, which must be read once more.
 * @param limit rows in a full page
 */
export const createListOrder = (limit: number): ListOrder => {
  const candidates: Candidate[] =
    limit < SMALLEST_PAGE
      ? []
      : (['date_created', 'date_updated'] as const).flatMap((field) =>
          ([1, -1] as const).map((direction) => ({
            field,
            direction,
            holds: true,
            steps: 0,
            last: null,
            repeated: 1,
          })),
        );
  let rowsInPage = 0;
  const holding = (): Candidate[] => candidates.filter(({ holds }) => holds);

  const follows = ({ field, direction, last }: Candidate, rows: readonly Row[]): boolean => {
    if (last === null) return true;
    const first = rows[0] ? instantOf(rows[0], field) : null;
    return first !== null && direction * (first - last) < 0;
  };

  const take = (candidate: Candidate, rows: readonly Row[]): void => {
    let before: Instant | null = null;
    candidate.repeated = 0;
    for (const row of rows) {
      const at = instantOf(row, candidate.field);
      const step: number =
        at === null ? Number.NaN : before === null ? 0 : candidate.direction * (at - before);
      candidate.holds = step >= 0;
      if (!candidate.holds) return;
      candidate.steps += step > 0 ? 1 : 0;
      candidate.repeated = step > 0 ? 2 : candidate.repeated + 1;
      before = at;
    }
    candidate.last = before;
  };

  return {
    joins: (rows) => holding().every((candidate) => follows(candidate, rows)),
    add: (rows) => {
      rowsInPage = rows.length;
      for (const candidate of holding()) take(candidate, rows);
    },
    overlap: () => {
      // If more than half of a page has the same date, its order says too little.
      for (const candidate of holding()) candidate.holds = candidate.repeated * 2 <= rowsInPage;
      return Math.max(1, ...holding().map(({ repeated }) => repeated));
    },
    giveUp: () => {
      for (const candidate of candidates) candidate.holds = false;
    },
    isProven: () => holding().some(({ steps }) => steps >= ENOUGH_STEPS),
    movesToFront: () => holding().some(({ field, direction }) => field === 'date_updated' && direction < 0),
  };
};
