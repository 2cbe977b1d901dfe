import { ME, userId } from '../me.ts';
import type { ListOptions } from '../paging/list-pages.ts';
import type { Walk } from '../walk.ts';
import { byList } from './by-list.ts';

/**
 * For lists in which a user sees only his or her own rows. Asks who the key's user is, and then reads that
 * user's lists.
 */
export const byUser = (lists: (user: string) => readonly ListOptions[]): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    const user = await context.api.fetch({ method: 'GET', path: ME, stream: context.stream }, userId);
    await byList(lists(user)).read(range, context, emit);
  },
});
