import type { Instant } from '../../time/instant.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { ALL_TIME, type Span, START, subtract } from '../../time/span.ts';
import { type DateListOptions, dateList } from '../paging/date-list.ts';
import { keyset } from '../paging/keyset.ts';
import { freshSlice } from '../paging/slice.ts';
import { readSlices, untilUnread } from '../paging/slices.ts';
import { changedAt, type Row } from '../row.ts';
import type { Emit, Walk, WalkContext } from '../walk.ts';

export type CreatedOptions = Omit<DateListOptions, 'field' | 'direction'>;

/**
 * Reads a list by keyset on `date_created`, with a filter on `date_updated`. An object that is edited during the walk
 * still satisfies the filter and keeps its place. In the spans that an interrupted run finished, only objects that
 * changed since the start of that run are read.
 */
export const byCreated = (options: CreatedOptions): Walk => ({
  along: 'date_created',
  read: async (range, context, emit) => {
    // The list counts everything, but after an interrupted run only a part of it is read.
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

/** Emits the objects that changed at or after `since` and were created within the spans. */
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
  const isWanted = (row: Row): boolean => changedAt(row) >= since;
  const emitWanted: Emit = (rows, done) => emit(rows.filter(isWanted), done);
  const read = keyset(dateList(listing, context), context.now);
  await readSlices(spans.map(freshSlice), read, listing, context, emitWanted);
};
