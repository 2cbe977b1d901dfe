/** Shows when a list that changes while it is read has been seen in full. */
export interface RollCall {
  /** Notes the rows of one answer, and how many rows the list had at that moment, if the answer shows it. */
  note(ids: readonly string[], size: number | null): void;
  isWhole(): boolean;
}

/** A moment at which the size of the list was known. */
interface Moment {
  readonly at: number;
  /** Rows of that moment that are not known yet. */
  missing: number;
}

/**
 * A row that was met before a moment and is met again after it was in the list at that moment: ids do not come back.
 * So when as many rows as the list then had were met on both sides of it, or in that very answer, they are all the
 * rows that it had. A row that was there throughout is one of them, however the list was shuffled, and whatever was
 * deleted or added. To count all rows ever met instead would be wrong: a deleted row counts for one never seen.
 */
export const createRollCall = (): RollCall => {
  const met = new Map<string, { readonly first: number; last: number }>();
  const moments: Moment[] = [];
  let now = 0;

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
    isWhole: () => moments.some(({ missing }) => missing <= 0),
  };
};
