import { ProtocolError } from '../../errors.ts';
import { floorSecond, type Instant, MINUTE } from '../../time/instant.ts';
import { formatInstant, formatSecond } from '../../time/rfc3339.ts';
import { contains, END, type Span, START } from '../../time/span.ts';
import { instantOf, type Row, remember, type Seen } from '../row.ts';
import type { Slice, SliceOptions } from './slice.ts';

/** A filter may know no more than minutes; rows further outside its bounds show that it is ignored. */
export const COARSEST = MINUTE;

/**
 * The query for a span. Bounds are whole seconds and half-open, so that a filter which knows only seconds means the
 * same by them as one which knows microseconds.
 */
export const boundsOf = (field: string, span: Span): Record<string, string> => ({
  ...(span.from === START ? {} : { [`${field}__gte`]: formatSecond(span.from) }),
  ...(span.to === END ? {} : { [`${field}__lt`]: formatSecond(span.to) }),
});

/** A row with the instant at which the walk finds it. */
export interface Dated {
  readonly row: Row;
  readonly at: Instant;
}

/** The rows that have a date; the others belong nowhere and are emitted wherever they turn up. */
export const datedRows = (rows: readonly Row[], field: string): Dated[] =>
  rows.flatMap((row) => {
    const at = instantOf(row, field);
    return at === null ? [] : [{ row, at }];
  });

export const nameOf = (instant: Instant): string =>
  Number.isFinite(instant) ? formatInstant(instant) : 'any time';

/**
 * @param tolerance how far outside the bounds a row may lie
 * @throws ProtocolError when a row shows that the server did not apply the bounds
 */
export const checkBounds = (
  dated: readonly Dated[],
  span: Span,
  what: string,
  tolerance: number = COARSEST,
): void => {
  const outside = dated.find(({ at }) => at < span.from - tolerance || at >= span.to + tolerance);
  if (!outside) return;
  throw new ProtocolError(
    `${what} from ${nameOf(span.from)} to ${nameOf(span.to)} brought ${outside.row.id} of ` +
      `${formatInstant(outside.at)}: the server ignored the filter`,
  );
};

/** Whole seconds are compared: anchors are no finer, and an index may know less than the rows say. */
export const isOrdered = (dated: readonly Dated[], direction: SliceOptions['direction'] | null): boolean =>
  direction !== null &&
  dated.every(({ at }, index) => {
    const second = floorSecond(at);
    const before = floorSecond(dated[index - 1]?.at ?? at);
    return direction === 'ascending' ? second >= before : second <= before;
  });

/** Ids and versions of rows, for the next page to drop. */
export const versionsOf = (rows: readonly Row[], known: ReadonlyMap<string, string> = new Map()): Seen => {
  const seen: Seen = new Map(known);
  remember(seen, rows);
  return seen;
};

/** The rows that are within the span, or that have no date to tell by. */
export const within = (rows: readonly Row[], field: string, span: Span): Row[] =>
  rows.filter((row) => {
    const at = instantOf(row, field);
    return at === null || contains(span, at);
  });

/** Of rows that the last page ended with and the next must repeat, none came. */
export const lacksEdge = (rows: readonly Row[], { seen }: Slice): boolean =>
  seen.size > 0 && !rows.some(({ id }) => seen.has(id));
