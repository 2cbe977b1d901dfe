import { type Instant, MINUTE } from '../../time/instant.ts';
import { cut, type Span } from '../../time/span.ts';
import { freshSlice, type Slice, type SliceOptions } from './slice.ts';

/** A slice is only cut while this many pages are left in it: each part ends with a page that is not full. */
const WORTH_CUTTING = 8;
/** And while most of the room is idle, as when everything else has been read, this many. */
const WORTH_CUTTING_IDLE = 4;
const IDLE = 1 / 4;
/** Parts per cut. What was found so far is a poor guide to how the rest is spread, so cuts are repeated instead. */
const PARTS = 4;
/** Pages in the first of the parts. */
const NEAREST = 4;

const length = (span: Span, now: Instant): number =>
  Math.min(span.to, Math.max(now, span.from)) - Math.max(span.from, 0);

/** Pages left in the rest of a slice, if it is as dense as the part just read. */
const pagesAsDense = (rest: Slice, slice: Slice, rows: number, limit: number, now: Instant): number => {
  const left = length(rest.span, now);
  const read = length(slice.span, now) - left;
  return read <= 0 ? 0 : (rows / limit) * (left / read);
};

/**
 * How long the parts of a cut are to be, from the end being read on. How dense a stretch is tells most of its
 * neighbourhood: the parts grow away from it, so that a decade without rows ends up in the last one.
 */
const sharesOf = (parts: number, pages: number): number[] => {
  const growth = pages <= parts * NEAREST ? 1 : (pages / NEAREST) ** (1 / (parts - 1));
  return Array.from({ length: parts }, (_, index) => growth ** index);
};

/** How much room there is for requests beside those under way. */
export interface Room {
  readonly free: number;
  readonly max_concurrency: number;
}

/**
 * What is left of a slice in parts, where there is room to read them side by side and enough in them to be worth it.
 * @param rows how many came with the part of the slice that has been read
 */
export const inParts = (
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
  // A filter that knows minutes only would leave out what lies between the last one and the end of a part.
  const parts = cut(rest.span, shares, now, MINUTE).map(freshSlice);
  // The part at the end being read carries on, with what is known there.
  const edge = direction === 'ascending' ? 0 : parts.length - 1;
  const { expected: _, ...known } = rest;
  return parts.map((part, index) => (index === edge ? { ...known, span: part.span } : part));
};
