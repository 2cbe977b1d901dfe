import { ALL_TIME } from '../../time/span.ts';
import { type ListOptions, listPages } from '../paging/list-pages.ts';
import { changedAt, type Row } from '../row.ts';
import type { Emit, Walk, WalkContext, WalkRange } from '../walk.ts';

/**
 * The rows of a whole list that are emitted: those that changed since the beginning of the range, and those that the
 * last run did not see, however old they are.
 */
export const newRows = (
  rows: readonly Row[],
  { from }: WalkRange,
  { isKnown = () => true }: WalkContext,
): Row[] =>
  rows.filter((row) => {
    const known = isKnown(row);
    return !known || changedAt(row) >= from;
  });

/** Reads one whole list. It leaves out rows that the last run had in the same version. */
export const emitList = async (
  list: ListOptions,
  range: WalkRange,
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  for await (const page of listPages(list, context)) {
    context.withoutId(page.withoutId);
    await emit(newRows(page.rows, range, context), []);
  }
};

/** Reads whole lists, which have no filter, one after the other. */
export const byList = (lists: readonly ListOptions[]): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    for (const list of lists) await emitList(list, range, context, emit);
    await emit([], [ALL_TIME]);
  },
});
