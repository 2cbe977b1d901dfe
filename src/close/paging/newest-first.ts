import { floorSecond } from '../../time/instant.ts';
import { END, type Span } from '../../time/span.ts';
import { instantOf, remember, type Seen } from '../row.ts';
import type { Emit, WalkContext } from '../walk.ts';
import { freshSlice, type ReadSlice } from './slice.ts';
import { readSlices, untilUnread } from './slices.ts';
import { readTail } from './tail.ts';

/** Whatever moves later still is above the bookmark, and so the next run's. */
const TAIL = { lag: 0, passes: 2 };

/**
 * Reads spans of a list that is newest first, the newest span before the others and once more when all are done, for
 * rows whose date moved forward meanwhile. A walk of a single request needs no second look.
 */
export const readNewestFirst = async (
  spans: readonly Span[],
  read: ReadSlice,
  list: { readonly field: string; readonly limit: number },
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  const recent: Seen = new Map();
  let requests = 0;
  const recording: Emit = (rows, done) => {
    const from = floorSecond(context.startedAt());
    remember(
      recent,
      rows.filter((row) => (instantOf(row, list.field) ?? END) >= from),
    );
    return emit(rows, done);
  };
  const counted: ReadSlice = (slice) => {
    requests += 1;
    return read(slice);
  };
  const slices = [...spans].sort((a, b) => b.from - a.from).map(freshSlice);
  const listing = { direction: 'descending', limit: list.limit } as const;
  const unread = await untilUnread(readSlices(slices, counted, listing, context, recording));
  if (requests > 1) await readTail(floorSecond(context.startedAt()), read, recent, TAIL, context, emit);
  if (unread) throw unread;
};
