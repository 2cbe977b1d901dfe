import { setImmediate } from 'node:timers/promises';
import { ProtocolError } from '../../errors.ts';
import { type Instant, MINUTE } from '../../time/instant.ts';
import { cut, type Span, subtract } from '../../time/span.ts';
import type { Row } from '../row.ts';
import type { WalkContext } from '../walk.ts';

/** A stretch of time still to be read, with where its reading stands. */
export interface Slice {
  readonly span: Span;
  /** Ids (and versions) at the edge that the next page will bring again. */
  readonly seen: ReadonlyMap<string, string>;
  /** Continues where the last page ended. */
  readonly cursor?: string | null;
  /** Cursors that were refused since the last new row. */
  readonly refused?: number;
  /** Pages since the last new row. */
  readonly idle?: number;
  /** How many rows are left, where the server said. */
  readonly expected?: number;
}

/** The outcome of one request: rows, and what of the slice is left. */
export interface Step {
  /** Emptied when they have been emitted. */
  readonly rows: Row[];
  readonly rest: readonly Slice[];
  /** A stretch of the slice that cannot be read; all the others are. */
  readonly gap?: Gap;
}

export interface Gap {
  readonly span: Span;
  readonly error: UnreadError;
}

/** A stretch holds more rows than any request reaches. Everything else of its walk has been read. */
export class UnreadError extends ProtocolError {
  override name = 'UnreadError';
}

/** Reads, and returns a stretch that could not be read instead of throwing it, so that others are read before it is told. */
export const untilUnread = async (reading: Promise<void>): Promise<UnreadError | null> => {
  try {
    await reading;
    return null;
  } catch (error) {
    if (error instanceof UnreadError) return error;
    throw error;
  }
};

export type ReadSlice = (slice: Slice) => Promise<Step>;

export interface SliceOptions {
  /** Which end of a slice is read first. */
  readonly direction: 'ascending' | 'descending';
  /** Rows in a full page. */
  readonly limit: number;
}

/** A slice to be read, and the writing of the page before it, which it is not to be further ahead of than one page. */
interface Pending {
  readonly slice: Slice;
  readonly before: Promise<void>;
}

export const freshSlice = (span: Span): Slice => ({ span, seen: new Map() });

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

/**
 * Reads slices side by side, cutting one while there is room beside it: a dense month is spread over many requests at
 * once, an empty year is one. Rejects with the first failure once all requests under way have ended. A stretch that
 * cannot be read fails the whole as well, after everything else has been read.
 */
export const readSlices = async (
  slices: readonly Slice[],
  read: ReadSlice,
  options: SliceOptions,
  context: WalkContext,
): Promise<void> => {
  const pending: Pending[] = slices.map((slice) => ({ slice, before: Promise.resolve() }));
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const gaps: Gap[] = [];

  const divide = (rest: Slice, slice: Slice, rows: number): Slice[] => {
    const now = context.now();
    const room = context.parallel - underWay.size - pending.length;
    const asDense = pagesAsDense(rest, slice, rows, options.limit, now);
    const pages = rest.expected === undefined ? asDense : rest.expected / options.limit;
    const isIdle = room > context.parallel * (1 - IDLE);
    if (room < 1 || pages < (isIdle ? WORTH_CUTTING_IDLE : WORTH_CUTTING)) return [rest];
    const shares = sharesOf(Math.min(PARTS, room + 1, Math.floor(pages / 2)), asDense);
    if (options.direction === 'descending') shares.reverse();
    // A filter that knows minutes only would leave out what lies between the last one and the end of a part.
    const parts = cut(rest.span, shares, now, MINUTE).map(freshSlice);
    // The part at the end being read carries on, with what is known there.
    const edge = options.direction === 'ascending' ? 0 : parts.length - 1;
    return parts.map((part, index) =>
      index === edge
        ? {
            span: part.span,
            seen: rest.seen,
            cursor: rest.cursor ?? null,
            refused: rest.refused ?? 0,
            idle: rest.idle ?? 0,
          }
        : part,
    );
  };

  const readOne = async ({ slice, before }: Pending): Promise<void> => {
    const step = await read(slice);
    await before;
    if (failures.length > 0) return;
    const found = step.rows.length;
    let written: () => void = () => {};
    const writing = new Promise<void>((resolve) => {
      written = resolve;
    });
    const rest = step.rest.flatMap((one) => divide(one, slice, found));
    pending.unshift(...rest.map((one) => ({ slice: one, before: writing })));
    launch();
    try {
      // What is asked for next is on its way while this page is made into records.
      if (underWay.size > 1) await setImmediate();
      const left = [...step.rest, ...(step.gap ? [step.gap] : [])].map(({ span }) => span);
      if (step.gap) gaps.push(step.gap);
      await context.emit(step.rows, subtract(slice.span, left));
      step.rows.length = 0;
    } catch (error) {
      // Known before the next page is let on: it leaves out what it shares with this one, which has not been written.
      failures.push(error);
    } finally {
      written();
    }
  };

  const launch = (): void => {
    while (failures.length === 0 && underWay.size < context.parallel) {
      const next = pending.shift();
      if (!next) return;
      const task = readOne(next)
        .catch((error: unknown) => {
          failures.push(error);
        })
        .finally(() => underWay.delete(task));
      underWay.add(task);
    }
  };

  for (launch(); underWay.size > 0; launch()) await Promise.race(underWay);
  if (failures.length > 0) throw failures[0];
  for (const { error } of gaps) throw error;
};
