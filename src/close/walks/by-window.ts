import { DAY } from '../../time/instant.ts';
import { END, type Span, subtract, windows } from '../../time/span.ts';
import { type DateListOptions, dateList } from '../paging/date-list.ts';
import { keyset } from '../paging/keyset.ts';
import { readNewestFirst } from '../paging/newest-first.ts';
import { isMissing, noSuchList } from '../refusals.ts';
import type { Emit, Walk, WalkContext, WalkRange } from '../walk.ts';

export interface WindowOptions extends Omit<DateListOptions, 'direction'> {
  /** The path of a second list of the same stream, with rows that the first list does not have. */
  readonly also?: string;
}

/**
 * Reads a list that has the newest rows first, in windows of its date. The newest window has no upper bound: dates may
 * be in the future.
 */
export const byWindow = (options: WindowOptions): Walk => ({
  along: options.field,
  newestFirst: true,
  ...(options.also === undefined ? {} : { also: true }),
  read: async (range, context, emit) => {
    const { also: path, field, limit } = options;
    const readMain = (): Promise<void> => readWindows(options, range.finished, range, context, emit);
    if (path === undefined) return readMain();
    const emitAlso: Emit = (rows, done) => emit(rows, done, 'also');
    const also = readWindows({ path, field, limit }, range.alsoFinished, range, context, emitAlso).catch(
      async (error: unknown) => {
        ignoreMissing(path, context)(error);
        await emitAlso([], [{ from: range.from, to: END }]);
      },
    );
    const outcomes = await Promise.allSettled([also, readMain()]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  },
});

const ignoreMissing =
  (path: string, context: WalkContext) =>
  (error: unknown): void => {
    if (!isMissing(error)) throw error;
    context.warn(noSuchList(path));
  };

const readWindows = async (
  options: WindowOptions,
  finished: readonly Span[],
  range: WalkRange,
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  const days = context.date_window;
  const spans = subtract({ from: range.from, to: END }, finished).flatMap((span) =>
    days === null ? [span] : windows(span, days * DAY, context.now()),
  );
  const read = keyset(dateList({ ...options, direction: 'descending' }, context), context.now);
  await readNewestFirst(spans, read, options, context, emit);
};
