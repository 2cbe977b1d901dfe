import { floorSecond } from '../../time/instant.ts';
import { type Dated, isOrdered } from './dated-rows.ts';
import type { SliceOptions } from './slice.ts';

/** So many pairs of neighbours with different seconds show whether a list is sorted. */
const ENOUGH = 7;
/**
 * The list is unsorted if more than this part of the pairs is in the wrong order. In no order at all, half of them are.
 */
const MOST_WRONG = 1 / 4;

/** So many pairs show for good that a list is unsorted. Fewer may come from late rows among many of the same second. */
const PLENTY = 30;

/** What is known of the order of a list: `unclear` if a page of an unsorted list could look the same. */
export type Verdict = 'sorted' | 'unclear' | 'not sorted';

/** Collects what the pages of one reader show of the order of the list. */
export interface PageOrder {
  /** Takes in a page, and says what is known now. */
  judge(dated: readonly Dated[], direction: SliceOptions['direction'] | null): Verdict;
}

/**
 * A page of an unsorted list may be in order by chance, above all if most of its rows have the same second. So a list
 * that was clearly unsorted counts as unsorted from then on. And a page of few different seconds does not show that a list
 * is sorted. A few rows in a wrong place prove nothing: a search index that is late sorts them by their old dates.
 */
export const createPageOrder = (): PageOrder => {
  let neighbours = 0;
  let wrong = 0;
  let isUnsorted = false;
  return {
    judge: (dated, direction) => {
      if (direction === null) return 'not sorted';
      for (const [index, { at }] of dated.entries()) {
        const step = floorSecond(at) - floorSecond(dated[index - 1]?.at ?? at);
        if (step === 0) continue;
        neighbours += 1;
        if (step > 0 !== (direction === 'ascending')) wrong += 1;
      }
      const looksUnsorted = neighbours >= ENOUGH && wrong > neighbours * MOST_WRONG;
      if (looksUnsorted && neighbours >= PLENTY) isUnsorted = true;
      if (isUnsorted || looksUnsorted || !isOrdered(dated, direction)) return 'not sorted';
      return dated.length > ENOUGH && neighbours < ENOUGH ? 'unclear' : 'sorted';
    },
  };
};
