import type { Instant } from '../../time/instant.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { END, type Span, START, subtract } from '../../time/span.ts';
import { type DateListOptions, dateList } from '../paging/date-list.ts';
import { keyset } from '../paging/keyset.ts';
import { freshSlice } from '../paging/slice.ts';
import { readSlices, untilUnread } from '../paging/slices.ts';
import { instantOf, type Row } from '../row.ts';
import type { Emit, Walk, WalkContext } from '../walk.ts';

export type CreatedOptions = Omit<DateListOptions, 'field' | 'direction'>;

const ALL_TIME: Span = { from: START, to: END };

/**
 * Keyset on `date_created` under a filter on `date_updated`: an object that is edited during the walk still satisfies
 * the filter and keeps its place. What an interrupted run finished is read for what changed since that run's start.
 */
export const byCreated = (options: CreatedOptions): Walk => ({
  along: 'date_created',
  read: async (range, context, emit) => {
    // What an interrupted run has left is a part of what would be counted.
    const onTotal = range.finished.length === 0 ? context.expects : undefined;
    const left = subtract(ALL_TIME, range.finished);
    const unread = await untilUnread(
      readChangedSince(range.from, left, { ...options, onTotal }, context, emit),
    );
    if (range.finishedAt !== null && range.finished.length > 0) {
      await readChangedSince(range.finishedAt, range.finished, options, context, emit);
    }
    if (unread) throw unread;
    await emit([], [ALL_TIME]);
  },
});

const readChangedSince = async (
  since: Instant,
  spans: readonly Span[],
  options: CreatedOptions,
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  const listing = {
    ...options,
    field: 'date_created',
    direction: 'ascending',
    query: {
      ...options.query,
      _order_by: 'date_created',
      ...(since === START ? {} : { date_updated__gte: formatSecond(since) }),
    },
  } as const;
  const isWanted = (row: Row): boolean => (instantOf(row, 'date_updated') ?? END) >= since;
  const emitWanted: Emit = (rows, done) => emit(rows.filter(isWanted), done);
  const read = keyset(dateList(listing, context), context.now);
  await readSlices(spans.map(freshSlice), read, listing, context, emitWanted);
};
