import { ALL_TIME } from '../../time/span.ts';
import { fetchObject } from '../one-object.ts';
import type { ListOptions } from '../paging/list-pages.ts';
import type { Row } from '../row.ts';
import type { Walk } from '../walk.ts';
import { forEachParent, readParents } from './by-parent.ts';

/**
 * For lists that show only a part of each object: reads the list, and then asks for each object by itself. It emits all
 * objects.
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
