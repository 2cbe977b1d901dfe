import type { RefusedError } from '../../errors.ts';
import { ALL_TIME } from '../../time/span.ts';
import { type ListOptions, listPages } from '../paging/list-pages.ts';
import type { Row } from '../row.ts';
import type { Emit, Walk } from '../walk.ts';
import { forEachExisting } from './by-parent.ts';

/** Ends the walk through the parents when enough of them have been read. */
class EnoughParentsError extends Error {
  override name = 'EnoughParentsError';
}

/**
 * For objects that Close lists for one parent at a time, with more parents than fit into memory. It walks through the
 * parents. After each page of parents it reads the lists of their children, before the walk goes on. If a parent
 * changes meanwhile, its children are read again.
 * @param parents the walk through the parents
 * @param children the list of the children of one parent, by its id
 */
export const byEach = (parents: Walk, children: (parent: string) => ListOptions): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    const most = context.mostParents ?? Number.POSITIVE_INFINITY;
    let begun = 0;
    let vanished = 0;
    let firstVanished: RefusedError | undefined;
    const readChildren = async ({ id }: Row): Promise<void> => {
      for await (const page of listPages(children(id), context)) {
        context.withoutId(page.withoutId);
        await emit(page.rows, []);
      }
    };
    const readPage: Emit = async (rows) => {
      const wanted = rows.slice(0, Math.max(0, most - begun));
      begun += wanted.length;
      const gone = await forEachExisting(wanted, readChildren, context);
      vanished += gone.length;
      firstVanished ??= gone[0];
      if (begun >= most) throw new EnoughParentsError();
    };
    try {
      // That walk counts parents, and `expects` counts children only.
      await parents.read(range, { ...context, expects: () => {} }, readPage);
    } catch (error) {
      if (!(error instanceof EnoughParentsError)) throw error;
    }
    // One parent may be deleted during the run. If all of them answer 404, the path of the children is wrong.
    if (firstVanished && vanished > 1 && vanished === begun) throw firstVanished;
    await emit([], [ALL_TIME]);
  },
});
