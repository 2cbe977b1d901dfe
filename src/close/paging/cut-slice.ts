import { type Instant, MINUTE } from '../../time/instant.ts';
import { cut, type Span } from '../../time/span.ts';
import { freshSlice, type Slice, type SliceOptions } from './slice.ts';

/**
 * A slice is cut only if at least this many pages are left in it, since each part ends with a page that is not full.
 */
const WORTH_CUTTING = 8;
/** The same while most of the room is free, for example when all other slices have been read. */
const WORTH_CUTTING_IDLE = 4;
/** Most of the room is free when less than this part of it is in use. */
const IDLE = 1 / 4;
/**
 * The most parts of one cut. What was read says little about where the other rows are, so the parts are cut again
 * later.
 */
const PARTS = 4;
/** How many pages the first part should have. */
const NEAREST = 4;

/** The length of a span, without the time before 1970 and after the present. */
const length = (span: Span, now: Instant): number =>
  Math.min(span.to, Math.max(now, span.from)) - Math.max(span.from, 0);

/** How many pages are left in the rest of a slice, if it is as dense as the part just read. */
const pagesAsDense = (rest: Slice, slice: Slice, rows: number, limit: number, now: Instant): number => {
  const left = length(rest.span, now);
  const read = length(slice.span, now) - left;
  return read <= 0 ? 0 : (rows / limit) * (left / read);
};

/**
 * How long the parts of a cut are, in proportion, beginning at the end that is being read. The density of what was just
 * read is a good guess only for the time next to it. So each part is longer than the one before, and a decade without
 * rows is in the last one.
 */
const sharesOf = (parts: number, pages: number): number[] => {
  const growth = pages <= parts * NEAREST ? 1 : (pages / NEAREST) ** (1 / (parts - 1));
  return Array.from({ length: parts }, (_, index) => growth ** index);
};

/** How much room there is for more requests. */
export interface Room {
  /** How many more requests may be under way at once. */
  readonly free: number;
  readonly max_concurrency: number;
}

/**
 * Cuts what is left of a slice into parts that can be read side by side, if there is room and if enough is left in it.
 * @param rest what is left of the slice
 * @param rows how many rows the part of the slice had that has been read
 * @returns the parts, or the rest alone
 */
export const cutSlice = (
  rest: Slice,
  slice: Slice,
  rows: number,
  { direction, limit }: SliceOptions,
  { free, max_concurrency }: Room,
  now: Instant,
): readonly Slice[] => {
  const asDense = pagesAsDense(rest, slice, rows, limit, now);
  const pages = rest.expected === undefined ? asDense : rest.expected / limit;
  const isIdle = free > max_concurrency * (1 - IDLE);
  if (free < 1 || pages < (isIdle ? WORTH_CUTTING_IDLE : WORTH_CUTTING)) return [rest];
  const shares = sharesOf(Math.min(PARTS, free + 1, Math.floor(pages / 2)), asDense);
  if (direction === 'descending') shares.reverse();
  // Parts end at whole minutes. A filter may compare minutes only, and would leave out the rest of a minute.
  const parts = cut(rest.span, shares, now, MINUTE).map(freshSlice);
  // The part at the end that is being read keeps what is known there.
  const edge = direction === 'ascending' ? 0 : parts.length - 1;
  const { expected: _, ...known } = rest;
  return parts.map((part, index) => (index === edge ? { ...known, span: part.span } : part));
};
