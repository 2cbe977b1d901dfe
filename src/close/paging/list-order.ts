import type { Instant } from '../../time/instant.ts';
import { instantOf, type Row } from '../row.ts';

/** Rows in order, one after the other, that are no chance: one in thirty factorial. */
const ENOUGH_STEPS = 30;
/** Pages that are smaller leave little beside the rows that they repeat. */
const SMALLEST_PAGE = 10;

interface Candidate {
  readonly field: 'date_created' | 'date_updated';
  readonly direction: 1 | -1;
  holds: boolean;
  steps: number;
  last: Instant | null;
  /** Rows from the end of the last page that are dated alike, and the one before them. */
  repeated: number;
}

/** The orders in which the pages of one reading have come so far. */
export interface ListOrder {
  /** Whether the page begins before the end of the one before it, in each order that still holds. */
  joins(rows: readonly Row[]): boolean;
  /** Takes in the next page. */
  add(rows: readonly Row[]): void;
  /** How many of the last page's rows the next page is to repeat. */
  overlap(): number;
  /** The pages do not join; no order can be told. */
  giveUp(): void;
  /** The list is in order of a date, and the pages leave no gap in it. */
  isProven(): boolean;
  /** The order may be one in which an edited row moves to the front. */
  movesToFront(): boolean;
}

/**
 * A list that is in order of a date can be read once. Each page begins with a row that is dated before the last row of
 * the page before it, so no row with a date between fits into a gap: rows that come, go or move elsewhere shift the
 * pages, and do not change the order of the others. Rows of equal date may come in any order, so the page begins before
 * all of them. In order of date_updated, an edited row moves to one end: to the last page, which is still to be read,
 * or to the first, which must be read once more.
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
      // Where half a page is dated alike, its order tells too little to go on by.
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
