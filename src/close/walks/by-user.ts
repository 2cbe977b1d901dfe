import { ProtocolError } from '../../errors.ts';
import { ME } from '../me.ts';
import type { ListOptions } from '../paging/list-pages.ts';
import { isRow } from '../row.ts';
import type { Walk } from '../walk.ts';
import { byList } from './by-list.ts';

const idOf = (me: unknown): string => {
  if (isRow(me)) return me.id;
  throw new ProtocolError('the answer does not name the user of the key');
};

/**
 * For lists in which a user sees only his or her own rows. Asks who the key's user is, and then reads that
 * user's lists.
 */
export const byUser = (lists: (user: string) => readonly ListOptions[]): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    const user = await context.api.fetch({ method: 'GET', path: ME, stream: context.stream }, idOf);
    await byList(lists(user)).read(range, context, emit);
  },
});
