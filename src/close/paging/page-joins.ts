import { ProtocolError } from '../../errors.ts';
import type { Page } from '../envelope.ts';
import { createListOrder, type ListOrder } from './list-order.ts';

/** A page of a list that is read by `_skip`, and its place in the list. */
export interface PlacedPage extends Page {
  readonly skip: number;
  /** How many rows the list has up to the end of the page. */
  readonly end: number;
}

/** Whether the pages of one pass join: between two pages that join, no row is missing. */
export interface PageJoins {
  /** The order that the list has, as far as its pages join. */
  readonly order: ListOrder;
  /** The list has no stable order: steps back did not find a page that overlaps the one before, so they do not help. */
  readonly isShuffled: () => boolean;
  /** Whether to use a page further back instead of this one: rows may be missing in front of it. */
  readonly needsStepBack: (page: PlacedPage) => boolean;
  /** Takes in the next page, even if it does not join. @throws ProtocolError if too many pages did not */
  readonly add: (page: PlacedPage) => void;
}

/**
 * How many times in a row to step back for a page that does not join. Then the list counts as one without a stable
 * order.
 */
const MOST_STEPS_BACK = 4;
/** How many pages of one pass may fail to join the page before them. No list that works is that unstable. */
const MOST_UNJOINED_PAGES = 1_000;

/**
 * @param request the name of the request, for messages
 * @param limit rows in a full page
 * @param wasShuffled whether an earlier pass found that the list has no stable order
 */
export const createPageJoins = (request: string, limit: number, wasShuffled: boolean): PageJoins => {
  const order = createListOrder(limit);
  let isShuffled = wasShuffled;
  let idsBefore: ReadonlySet<string> = new Set();
  let stepsBack = 0;
  let unjoined = 0;
  /** The furthest place that has been read. Only beyond it does a page that overlaps show progress. */
  let furthest = 0;

  const overlaps = ({ rows }: PlacedPage): boolean => rows.some(({ id }) => idsBefore.has(id));
  const joins = (page: PlacedPage): boolean => page.skip === 0 || (overlaps(page) && order.joins(page.rows));

  /** The rows of such a page are used too, but this pass no longer shows that the list is complete. */
  const addUnjoined = (page: PlacedPage): void => {
    order.giveUp();
    if (!overlaps(page)) isShuffled = true;
    unjoined += 1;
    if (unjoined > MOST_UNJOINED_PAGES)
      throw new ProtocolError(`${request}: the pages of the list do not join`);
  };

  return {
    order,
    isShuffled: () => isShuffled,
    needsStepBack: (page) => {
      if (joins(page) || isShuffled || stepsBack === MOST_STEPS_BACK) return false;
      stepsBack += 1;
      return true;
    },
    add: (page) => {
      if (overlaps(page) && page.end > furthest) stepsBack = 0;
      furthest = Math.max(furthest, page.end);
      if (!joins(page)) addUnjoined(page);
      order.add(page.rows);
      idsBefore = new Set(page.rows.map(({ id }) => id));
    },
  };
};
