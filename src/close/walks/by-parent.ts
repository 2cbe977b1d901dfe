import type { RefusedError } from '../../errors.ts';
import { ALL_TIME } from '../../time/span.ts';
import { concurrently } from '../paging/concurrently.ts';
import { type ListOptions, listPages } from '../paging/list-pages.ts';
import { goneMeanwhile, isDeleted } from '../refusals.ts';
import type { Row } from '../row.ts';
import type { Walk, WalkContext } from '../walk.ts';
import { emitList } from './by-list.ts';

export interface ParentOptions {
  /** The list of the parents. */
  readonly parents: ListOptions;
  /** The list of the objects of one parent. */
  readonly children: (parent: string) => ListOptions;
}

/** The rows of a whole list that have an id, but no more than `mostParents` of the context. */
export const readParents = async (list: ListOptions, context: WalkContext): Promise<readonly Row[]> => {
  const most = context.mostParents ?? Number.POSITIVE_INFINITY;
  const rows: Row[] = [];
  for await (const page of listPages(list, context)) {
    context.withoutId(page.withoutId);
    rows.push(...page.rows);
    if (rows.length >= most) break;
  }
  return rows.slice(0, most);
};

/**
 * Calls `read` for each parent, with `max_concurrency` calls at once. A parent that was deleted after it was listed is
 * left out with a warning.
 * @returns the error of each deleted parent
 */
export const forEachExisting = async (
  parents: readonly Row[],
  read: (parent: Row) => Promise<void>,
  context: WalkContext,
): Promise<readonly RefusedError[]> => {
  const gone: RefusedError[] = [];
  await concurrently(parents, context.max_concurrency, async (parent) => {
    try {
      await read(parent);
    } catch (error) {
      if (!isDeleted(error)) throw error;
      gone.push(error);
      context.warn(goneMeanwhile(parent.id));
    }
  });
  return gone;
};

/**
 * The same for all parents of a list.
 * @throws RefusedError when all of several parents seem to be deleted: then the path is wrong
 */
export const forEachParent = async (
  parents: readonly Row[],
  read: (parent: Row) => Promise<void>,
  context: WalkContext,
): Promise<void> => {
  const gone = await forEachExisting(parents, read, context);
  if (gone.length > 1 && gone.length === parents.length) throw gone[0];
};

/**
 * For objects that Close lists only for one parent at a time: reads all parents first, and then the list of each
 * parent. It leaves out rows that the last run had in the same version.
 */
export const byParent = ({ parents, children }: ParentOptions): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    const readChildren = ({ id }: Row): Promise<void> => emitList(children(id), range, context, emit);
    await forEachParent(await readParents(parents, context), readChildren, context);
    await emit([], [ALL_TIME]);
  },
});
