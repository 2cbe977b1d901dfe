import type { RefusedError } from '../../errors.ts';
import { END, START } from '../../time/span.ts';
import { type ListOptions, listPages } from '../paging/list-pages.ts';
import type { Row } from '../row.ts';
import type { Emit, Walk } from '../walk.ts';
import { forEachThere } from './by-parent.ts';

/** Ends the walk through the parents when as many have been looked into as are wanted. */
class EnoughParentsError extends Error {
  override name = 'EnoughParentsError';
}

/**
 * Objects that Close lists for one parent at a time, where there may be more parents than fit into memory: each page
 * of the parents' walk is looked into before the walk goes on. A parent that changes meanwhile is looked into again.
 */
export const byEach = (parents: Walk, children: (parent: string) => ListOptions): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    const most = context.mostParents ?? Number.POSITIVE_INFINITY;
    let lookedInto = 0;
    let vanished = 0;
    let firstVanished: RefusedError | undefined;
    const readChildren = async ({ id }: Row): Promise<void> => {
      for await (const page of listPages(children(id), context)) {
        context.withoutId(page.withoutId);
        await emit(page.rows, []);
      }
    };
    const lookInto: Emit = async (rows) => {
      const wanted = rows.slice(0, Math.max(0, most - lookedInto));
      lookedInto += wanted.length;
      const gone = await forEachThere(wanted, readChildren, context);
      vanished += gone.length;
      firstVanished ??= gone[0];
      if (lookedInto >= most) throw new EnoughParentsError();
    };
    try {
      // What is counted there are parents.
      await parents.read(range, { ...context, expects: () => {} }, lookInto);
    } catch (error) {
      if (!(error instanceof EnoughParentsError)) throw error;
    }
    // Two that vanish at once may be; that all have, means that the path is wrong or closed.
    if (firstVanished && vanished > 1 && vanished === lookedInto) throw firstVanished;
    await emit([], [{ from: START, to: END }]);
  },
});
