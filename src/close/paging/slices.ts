import { setImmediate } from 'node:timers/promises';
import { type Span, subtract } from '../../time/span.ts';
import type { Row } from '../row.ts';
import type { Emit, WalkContext } from '../walk.ts';
import { cutSlice } from './cut-slice.ts';
import { type Gap, type ReadSlice, type Rest, type Slice, type SliceOptions, UnreadError } from './slice.ts';

/** A slice that is to be read. */
interface Pending {
  readonly slice: Slice;
  /** Resolves when the page before it has been written: no slice is read more than one page ahead. */
  readonly before: Promise<void>;
}

/** The last page of a slice, and what is left of the slice after it. */
interface LastPage {
  readonly rows: Row[];
  readonly rest: Rest;
  /** The reader yielded no other page. */
  readonly isOnly: boolean;
}

/**
 * Reads slices side by side, and cuts what is left of a slice while there is room for more requests. So a dense month
 * is spread over many requests at once, and an empty year needs one. The reader of a slice returns what is left of it
 * before its last page is written. The rest of the slice is done when that page has been written. After a failure
 * nothing new is begun; it rejects with the first failure when all requests under way have ended. A gap, which is a
 * stretch that cannot be read, also fails the call, but only after everything else has been read.
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

  /**
   * Writes all pages of a slice but the last, which is written together with what it completes.
   * @returns null when something has failed
   */
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
    // A reader yields several pages for a second with many rows only. That says nothing about the time around it.
    const found = isOnly ? rows.length : 0;
    let written: () => void = () => {};
    const writing = new Promise<void>((resolve) => {
      written = resolve;
    });
    const next = rest.slices.flatMap((left) => {
      const room = { free: max_concurrency - underWay.size - pending.length, max_concurrency };
      return cutSlice(left, slice, found, options, room, context.now());
    });
    pending.unshift(...next.map((left) => ({ slice: left, before: writing })));
    launch();
    try {
      // The next requests are sent before this page is made into records.
      if (underWay.size > 1) await setImmediate();
      const left = [...rest.slices, ...(rest.gap ? [rest.gap] : [])].map(({ span }) => span);
      if (rest.gap) gaps.push(rest.gap);
      await write(rows, subtract(slice.span, left));
    } catch (error) {
      // Noted before the next page may be written: it leaves out the rows that it shares with this page, which failed.
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

/**
 * Waits for a reading. Returns the error of a gap instead of throwing it, so that the caller can read the rest first.
 */
export const untilUnread = async (reading: Promise<void>): Promise<UnreadError | null> => {
  try {
    await reading;
    return null;
  } catch (error) {
    if (error instanceof UnreadError) return error;
    throw error;
  }
};
