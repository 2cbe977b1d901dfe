import { setImmediate } from 'node:timers/promises';
import { type Span, subtract } from '../../time/span.ts';
import type { Row } from '../row.ts';
import type { Emit, WalkContext } from '../walk.ts';
import { inParts } from './cut-slice.ts';
import { type Gap, type ReadSlice, type Rest, type Slice, type SliceOptions, UnreadError } from './slice.ts';

/** A slice to be read, and the writing of the page before it, which it is not to be further ahead of than one page. */
interface Pending {
  readonly slice: Slice;
  readonly before: Promise<void>;
}

/** The last page of a slice, and what is left of the slice after it. */
interface LastPage {
  readonly rows: Row[];
  readonly rest: Rest;
  readonly isOnly: boolean;
}

/**
 * Reads slices side by side, cutting one while there is room beside it: a dense month is spread over many requests at
 * once, an empty year is one. What a reader has left of its slice is known before its last page is written, and what is
 * not left is done with that page. Rejects with the first failure once all requests under way have ended. A stretch that
 * cannot be read fails the whole as well, after everything else has been read.
 */
export const readSlices = async (
  slices: readonly Slice[],
  read: ReadSlice,
  options: SliceOptions,
  context: Pick<WalkContext, 'max_concurrency' | 'now'>,
  emit: Emit,
): Promise<void> => {
  const { max_concurrency } = context;
  const pending: Pending[] = slices.map((slice) => ({ slice, before: Promise.resolve() }));
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const gaps: Gap[] = [];

  const write = async (rows: Row[], done: readonly Span[]): Promise<void> => {
    await emit(rows, done);
    rows.length = 0;
  };

  /** Writes all pages but the last, which is to be written with what it completes. Null when something has failed. */
  const readPages = async ({ slice, before }: Pending): Promise<LastPage | null> => {
    const pages = read(slice);
    let rows: Row[] = [];
    for (let count = 0; ; count += 1) {
      const next = await pages.next().catch(async (error: unknown) => {
        await before;
        if (failures.length === 0 && rows.length > 0) await write(rows, []);
        throw error;
      });
      await before;
      if (failures.length > 0) return null;
      if (next.done) return { rows, rest: next.value, isOnly: count === 1 };
      if (count > 0) await write(rows, []);
      rows = next.value;
    }
  };

  const readOne = async (one: Pending): Promise<void> => {
    const { slice } = one;
    const last = await readPages(one);
    if (!last) return;
    const { rows, rest, isOnly } = last;
    // What took more pages is a second with many rows, which tells nothing of the time around it.
    const found = isOnly ? rows.length : 0;
    let written: () => void = () => {};
    const writing = new Promise<void>((resolve) => {
      written = resolve;
    });
    const next = rest.slices.flatMap((left) => {
      const room = { free: max_concurrency - underWay.size - pending.length, max_concurrency };
      return inParts(left, slice, found, options, room, context.now());
    });
    pending.unshift(...next.map((left) => ({ slice: left, before: writing })));
    launch();
    try {
      // What is asked for next is on its way while this page is made into records.
      if (underWay.size > 1) await setImmediate();
      const left = [...rest.slices, ...(rest.gap ? [rest.gap] : [])].map(({ span }) => span);
      if (rest.gap) gaps.push(rest.gap);
      await write(rows, subtract(slice.span, left));
    } catch (error) {
      // Known before the next page is let on: it leaves out what it shares with this one, which has not been written.
      failures.push(error);
    } finally {
      written();
    }
  };

  const launch = (): void => {
    while (failures.length === 0 && underWay.size < max_concurrency) {
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

/** Waits for a reading. The error of an unreadable stretch is returned, not thrown: the others are read first. */
export const untilUnread = async (reading: Promise<void>): Promise<UnreadError | null> => {
  try {
    await reading;
    return null;
  } catch (error) {
    if (error instanceof UnreadError) return error;
    throw error;
  }
};
