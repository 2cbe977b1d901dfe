import { ALL_TIME } from '../../time/span.ts';
import { fetchObject } from '../one-object.ts';
import type { ListOptions } from '../paging/list-pages.ts';
import type { Row } from '../row.ts';
import type { Walk } from '../walk.ts';
import { forEachParent, readParents } from './by-parent.ts';

/**
 * For objects of which a list shows only a part: reads the list, and then asks for each object by itself. Emits all of
 * them.
 */
export const byDetail = (list: ListOptions): Walk => ({
  along: null,
  read: async (_, context, emit) => {
    const readOne = async ({ id }: Row): Promise<void> => {
      await emit([await fetchObject(list.path, id, context)], []);
    };
    await forEachParent(await readParents(list, context), readOne, context);
    await emit([], [ALL_TIME]);
  },
});
