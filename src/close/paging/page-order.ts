import { floorSecond } from '../../time/instant.ts';
import { type Dated, isOrdered } from './dated-rows.ts';
import type { SliceOptions } from './slice.ts';

/** So many neighbours of different seconds say whether a list is sorted. */
const ENOUGH = 7;
/** Of rows in no order, half of the neighbours are the wrong way round. */
const JUMBLED = 1 / 4;

/** What a page says of the order of its list: `perhaps` where it would say the same of a list in no order. */
export type Belief = 'sorted' | 'perhaps' | 'not sorted';

/** What the pages of one reader show of their order. */
export interface PageOrder {
  take(dated: readonly Dated[], direction: SliceOptions['direction'] | null): Belief;
}

/**
 * A page may lie in order by chance, above all one whose rows share a second. So a list that has shown to be in no order is
 * not believed again, and one that has shown nothing yet not by a page of few seconds. A few rows out of place are no
 * proof: an index that is late brings them by their old dates.
 */
export const createPageOrder = (): PageOrder => {
  let neighbours = 0;
  let wrong = 0;
  const isJumbled = (): boolean => neighbours >= ENOUGH && wrong > neighbours * JUMBLED;
  return {
    take: (dated, direction) => {
      if (direction === null) return 'not sorted';
      for (const [index, { at }] of dated.entries()) {
        const step = floorSecond(at) - floorSecond(dated[index - 1]?.at ?? at);
        if (step === 0) continue;
        neighbours += 1;
        if (step > 0 !== (direction === 'ascending')) wrong += 1;
      }
      if (!isOrdered(dated, direction) || isJumbled()) return 'not sorted';
      return dated.length > ENOUGH && neighbours < ENOUGH ? 'perhaps' : 'sorted';
    },
  };
};
