import { remember, type Seen, unseen } from '../row.ts';
import type { Walk } from '../walk.ts';

/** A walk through lists that share rows: each row is emitted where it is met first, and again only if it has changed. */
export const withoutRepeats = (walk: Walk): Walk => ({
  along: walk.along,
  read: (range, context, emit) => {
    const seen: Seen = new Map();
    return walk.read(range, context, (rows, done) => {
      const fresh = unseen(rows, seen);
      remember(seen, fresh);
      return emit(fresh, done);
    });
  },
});
