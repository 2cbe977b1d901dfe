import { floorSecond } from '../../time/instant.ts';
import { END, type Span } from '../../time/span.ts';
import { instantOf, remember, type Seen } from '../row.ts';
import type { Emit, WalkContext } from '../walk.ts';
import { freshSlice, type ReadSlice } from './slice.ts';
import { readSlices, untilUnread } from './slices.ts';
import { readTail } from './tail.ts';

/** Rows that change later are above the bookmark, so the next run reads them. */
const TAIL = { lag: 0, passes: 2 };

/**
 * Reads spans of a list that has the newest rows first. It reads the newest span before the others. When all are done,
 * it reads the time since the run's start once more, for rows that got a new date meanwhile. It does not do so if one
 * request was enough for everything.
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
