import { ProtocolError } from '../errors.ts';
import type { ListOptions } from './by-list.ts';
import { forEachParent, readParents } from './by-parent.ts';
import { isRow, type Row } from './row.ts';
import { END, START } from './span.ts';
import type { Walk } from './walk.ts';

/** @throws ProtocolError for anything else, which may be a gateway's word and is asked for again */
export const rowOf = (body: unknown): Row => {
  if (!isRow(body)) throw new ProtocolError('the answer is no object with an id');
  return body;
};

/** Objects that a list shows in part only: the list first, then each object by itself, below the list's path. */
export const byDetail = (list: ListOptions): Walk => ({
  along: null,
  read: async (_, context) => {
    const readOne = async ({ id }: Row): Promise<void> => {
      const whole = await context.api.fetch(
        { method: 'GET', path: `${list.path}${encodeURIComponent(id)}/`, stream: context.stream },
        rowOf,
      );
      await context.emit([whole], []);
    };
    await forEachParent(await readParents(list, context), readOne, context);
    await context.emit([], [{ from: START, to: END }]);
  },
});
