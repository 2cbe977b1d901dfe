import type { Instant } from '../time/instant.ts';
import type { Span } from '../time/span.ts';
import { merge, subtract } from '../time/span.ts';

/** A stretch that is done, with the newest date among its records. */
interface Covered extends Span {
  readonly newest: Instant | null;
}

/** Which stretches of a range have been read, in any order. */
export interface Coverage {
  /** Adds stretches that are done, and the dates of the records that came with them. */
  add(done: readonly Span[], dates: readonly Instant[]): void;
  /** The newest date among the records before the first gap; null if there are none. */
  newestWithoutGap(): Instant | null;
  /** Where the first gap begins. */
  end(): Instant;
  /** The stretches that are done beyond `gap` and before `before`. If there are more than `most`, the longest ones. */
  beyond(gap: Instant, before: Instant, most: number): readonly Span[];
}

const newestOf = (...dates: readonly (Instant | null)[]): Instant | null =>
  dates.reduce((newest, date) => (newest === null || (date !== null && date > newest) ? date : newest), null);

/** @param finished the stretches that an interrupted run had already done */
export const createCoverage = (from: Instant, finished: readonly Span[]): Coverage => {
  let covered: Covered[] = finished.map((span) => ({ ...span, newest: null }));

  const join = (added: Covered): void => {
    const apart: Covered[] = [];
    let joined = added;
    for (const span of covered) {
      if (span.from > added.to || span.to < added.from) apart.push(span);
      else {
        joined = {
          from: Math.min(joined.from, span.from),
          to: Math.max(joined.to, span.to),
          newest: newestOf(joined.newest, span.newest),
        };
      }
    }
    covered = [...apart, joined];
  };
  const first = (): Covered | undefined => covered.find((span) => span.from <= from && span.to > from);

  return {
    add: (done, dates) => {
      for (const span of done) {
        const within = dates.filter((date) => date >= span.from && date < span.to);
        const newest = within.reduce<Instant | null>((latest, date) => newestOf(latest, date), null);
        join({ ...span, newest });
      }
    },
    newestWithoutGap: () => first()?.newest ?? null,
    end: () => first()?.to ?? from,
    beyond: (gap, before, most) => {
      const old = merge(covered).flatMap((span) => {
        const to = Math.min(span.to, before);
        const left = subtract({ from: span.from, to }, [{ from, to: gap }]);
        return left.filter((part) => part.to > part.from);
      });
      const longest = [...old].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, most);
      return merge(longest);
    },
  };
};
