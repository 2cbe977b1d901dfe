import type { Instant } from '../time/instant.ts';
import type { Span } from '../time/span.ts';
import { merge, subtract } from '../time/span.ts';

/** A finished stretch, with the newest date among its records. */
interface Covered extends Span {
  readonly newest: Instant | null;
}

/** Which stretches of a range have been read, in any order. */
export interface Coverage {
  /** A stretch is done; `dates` are those of the records that came with it. */
  add(done: readonly Span[], dates: readonly Instant[]): void;
  /** The newest date among the records that were read from the beginning on, up to the first gap. */
  newestWithoutGap(): Instant | null;
  /** Where the stretch without a gap ends. */
  end(): Instant;
  /** What is done beyond `gap` and older than `before`: at most `most` stretches, and the longest ones are kept. */
  beyond(gap: Instant, before: Instant, most: number): readonly Span[];
}

const newestOf = (...dates: readonly (Instant | null)[]): Instant | null =>
  dates.reduce((newest, date) => (newest === null || (date !== null && date > newest) ? date : newest), null);

/** @param finished what an interrupted run had done already */
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
