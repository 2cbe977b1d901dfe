import { formatSecond, type Instant } from '../time.ts';
import { type DateListOptions, readByDate } from './by-date.ts';
import { instantOf, type Row } from './row.ts';
import { freshSlice, readSlices } from './slices.ts';
import { END, type Span, START, subtract } from './span.ts';
import type { Walk, WalkContext } from './walk.ts';

const ALL_TIME: Span = { from: START, to: END };

/**
 * Keyset on `date_created` under a filter on `date_updated`: an object that is edited during the walk still satisfies
 * the filter and keeps its place. What an interrupted run finished is read for what changed since that run's start.
 */
export const byCreated = (options: Pick<DateListOptions, 'path' | 'query' | 'limit'>): Walk => ({
  along: 'date_created',
  read: async (range, context) => {
    await readChangedSince(range.from, subtract(ALL_TIME, range.finished), options, context);
    if (range.finishedAt !== null && range.finished.length > 0) {
      await readChangedSince(range.finishedAt, range.finished, options, context);
    }
    await context.emit([], [ALL_TIME]);
  },
});

const readChangedSince = async (
  since: Instant,
  spans: readonly Span[],
  options: Pick<DateListOptions, 'path' | 'query' | 'limit'>,
  context: WalkContext,
): Promise<void> => {
  const listing = {
    ...options,
    field: 'date_created',
    direction: 'ascending',
    query: { ...options.query, _order_by: 'date_created', date_updated__gte: formatSecond(since) },
  } as const;
  const isWanted = (row: Row): boolean => (instantOf(row, 'date_updated') ?? END) >= since;
  const wanted: WalkContext = {
    ...context,
    emit: (rows, done) => context.emit(rows.filter(isWanted), done),
  };
  await readSlices(spans.map(freshSlice), readByDate(listing, context), listing, wanted);
};
