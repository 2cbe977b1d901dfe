/** Shows when all rows of a list have been met, although the list changes while it is read. */
export interface Completeness {
  /**
   * Notes the rows of one answer, and how many rows the list had at that moment; null if the answer does not show it.
   */
  note(ids: readonly string[], size: number | null): void;
  isComplete(): boolean;
}

/** A moment at which the size of the list was known. */
interface Moment {
  /** The number of the answer, counted from 1. */
  readonly at: number;
  /** How many of the rows that the list had then are not known yet. */
  missing: number;
}

/**
 * Counts, for each moment at which the size of the list was known, the rows that were surely in the list then. Such a
 * row came in the answer of that moment, or it was met both before and after: a deleted id never comes back. When as
 * many such rows are known as the list had, they are all its rows. This holds in any order of the list, and whatever is
 * added or deleted meanwhile. It is not enough to count all rows ever met. Example: the first page has A and B, then A
 * is deleted, and the last page has D and shows that the list has three rows now. Three rows were met, but C was not.
 */
export const createCompleteness = (): Completeness => {
  const met = new Map<string, { readonly first: number; last: number }>();
  const moments: Moment[] = [];
  let now = 0;

  /** Counts the row at each moment between its last two answers, and at the present one if it is new. */
  const markMoments = (first: number, last: number): void => {
    for (let index = moments.length - 1; index >= 0; index -= 1) {
      const moment = moments[index];
      if (!moment || moment.at <= last || moment.at < first) return;
      moment.missing -= 1;
    }
  };

  return {
    note: (ids, size) => {
      now += 1;
      if (size !== null) moments.push({ at: now, missing: size });
      for (const id of ids) {
        const times = met.get(id);
        markMoments(times?.first ?? now, times?.last ?? 0);
        if (times) times.last = now;
        else met.set(id, { first: now, last: now });
      }
    },
    isComplete: () => moments.some(({ missing }) => missing <= 0),
  };
};
