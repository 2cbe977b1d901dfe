import { DAY, type Instant, MINUTE, SECOND } from './instant.ts';

/** A stretch of time, from `from` inclusive to `to` exclusive. Either end may be infinite. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

export const START = Number.NEGATIVE_INFINITY;
export const END = Number.POSITIVE_INFINITY;

/** The span that holds every instant. */
export const ALL_TIME: Span = { from: START, to: END };

export const contains = (span: Span, instant: Instant): boolean => instant >= span.from && instant < span.to;

const isEmpty = (span: Span): boolean => span.from >= span.to;

/** The parts of `span` that are in none of the others. */
export const subtract = (span: Span, others: readonly Span[]): Span[] =>
  others.reduce<readonly Span[]>(
    (left, other) =>
      left.flatMap((part) =>
        other.to <= part.from || other.from >= part.to
          ? [part]
          : [
              { from: part.from, to: other.from },
              { from: other.to, to: part.to },
            ].filter((piece) => !isEmpty(piece)),
      ),
    isEmpty(span) ? [] : [span],
  ) as Span[];

/** The same spans in order; those that overlap or touch are joined. */
export const merge = (spans: readonly Span[]): Span[] => {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else if (!isEmpty(span)) merged.push(span);
  }
  return merged;
};

/** The span with finite ends, for arithmetic. An open end becomes `now`, or an instant that is far enough away. */
const finite = (span: Span, now: Instant): Span => {
  const to = span.to === END ? Math.max(now, span.from === START ? now : span.from + DAY) : span.to;
  const from = span.from === START ? to - 2 * Math.max(365 * DAY, now - to) : span.from;
  return { from, to };
};

/**
 * Cuts a span into parts at multiples of the grain.
 * @param shares the lengths of the parts, in their order, in proportion to each other
 * @param grain in microseconds; by default a second, since all filters of Close understand whole seconds
 * @returns the span alone when it is too short to cut
 */
export const cut = (span: Span, shares: readonly number[], now: Instant, grain: number = SECOND): Span[] => {
  const { from, to } = finite(span, now);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let before = 0;
  const ends = shares.slice(0, -1).map((share) => {
    before += share;
    return Math.floor((from + (to - from) * (before / whole)) / grain) * grain;
  });
  const at = ends.filter(
    (instant, index, all) => instant > span.from && instant < span.to && instant !== all[index - 1],
  );
  return [span.from, ...at].map((start, index) => ({ from: start, to: at[index] ?? span.to }));
};

export const HALVES: readonly number[] = [1, 1];

/** Cuts a span in two, at a whole minute if possible: a filter may compare minutes only. */
export const halves = (span: Span, now: Instant): Span[] => {
  const atMinutes = cut(span, HALVES, now, MINUTE);
  return atMinutes.length > 1 ? atMinutes : cut(span, HALVES, now);
};

/** The span around an instant between two multiples of `length`, which is in microseconds. */
export const stretchOf = (instant: Instant, length: number): Span => {
  const from = Math.floor(instant / length) * length;
  return { from, to: from + length };
};

/** The second in which the instant is. */
export const secondOf = (instant: Instant): Span => stretchOf(instant, SECOND);

/** The span, made longer so that both ends are multiples of `length`. */
export const widened = ({ from, to }: Span, length: number): Span => ({
  from: Math.floor(from / length) * length,
  to: Math.ceil(to / length) * length,
});

/** Cuts a span into windows of at most `length`. The last one has no end if the span has none. */
export const windows = (span: Span, length: number, now: Instant): Span[] => {
  if (span.from === START) return [span];
  const grain = length % MINUTE === 0 ? MINUTE : SECOND;
  const start = Math.floor(span.from / grain) * grain;
  const until = Math.min(span.to, Math.max(now, span.from));
  const count = Math.max(1, Math.ceil((until - span.from) / length));
  return Array.from({ length: count }, (_, index) => ({
    from: index === 0 ? span.from : start + index * length,
    to: index === count - 1 ? span.to : start + (index + 1) * length,
  }));
};
