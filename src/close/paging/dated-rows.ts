import { ProtocolError } from '../../errors.ts';
import { floorSecond, type Instant, MINUTE } from '../../time/instant.ts';
import { formatInstant, formatSecond } from '../../time/rfc3339.ts';
import { contains, END, type Span, START } from '../../time/span.ts';
import { instantOf, type Row, remember, type Seen } from '../row.ts';
import type { Slice, SliceOptions } from './slice.ts';

/**
 * The coarsest unit that a filter of Close may compare. Rows further outside the bounds show that the filter is
 * ignored.
 */
export const COARSEST = MINUTE;

/**
 * The query for a span. The bounds are whole seconds, from inclusive and to exclusive. So they mean the same to a
 * filter that compares seconds and to one that compares microseconds.
 */
export const boundsOf = (field: string, span: Span): Record<string, string> => ({
  ...(span.from === START ? {} : { [`${field}__gte`]: formatSecond(span.from) }),
  ...(span.to === END ? {} : { [`${field}__lt`]: formatSecond(span.to) }),
});

/** A row and the instant in the date field by which it is read. */
export interface Dated {
  readonly row: Row;
  readonly at: Instant;
}

/** The rows that have a date. The others belong to no time; they are emitted wherever they come. */
export const datedRows = (rows: readonly Row[], field: string): Dated[] =>
  rows.flatMap((row) => {
    const at = instantOf(row, field);
    return at === null ? [] : [{ row, at }];
  });

/** An instant for messages. */
export const textOfInstant = (instant: Instant): string =>
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
    `${what} from ${textOfInstant(span.from)} to ${textOfInstant(span.to)} brought ${outside.row.id} of ` +
      `${formatInstant(outside.at)}: the server ignored the filter`,
  );
};

/** Whether rows are in order, by whole seconds: bounds are no finer, and an index may know less than the rows say. */
export const isOrdered = (dated: readonly Dated[], direction: SliceOptions['direction'] | null): boolean =>
  direction !== null &&
  dated.every(({ at }, index) => {
    const second = floorSecond(at);
    const before = floorSecond(dated[index - 1]?.at ?? at);
    return direction === 'ascending' ? second >= before : second <= before;
  });

/** Ids and versions of rows, added to those that are known. The next page leaves them out. */
export const versionsOf = (rows: readonly Row[], known: ReadonlyMap<string, string> = new Map()): Seen => {
  const seen: Seen = new Map(known);
  remember(seen, rows);
  return seen;
};

/** The rows within the span, and those without a date. */
export const within = (rows: readonly Row[], field: string, span: Span): Row[] =>
  rows.filter((row) => {
    const at = instantOf(row, field);
    return at === null || contains(span, at);
  });

/** Whether this page lacks the rows with which the last page ended. It must repeat them. */
export const lacksEdge = (rows: readonly Row[], { seen }: Slice): boolean =>
  seen.size > 0 && !rows.some(({ id }) => seen.has(id));
