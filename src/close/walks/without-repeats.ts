import { type Seen, takeUnseen } from '../row.ts';
import type { Walk } from '../walk.ts';

/** The same walk, for lists that have rows in common. Each row is emitted once, and again only if it has changed. */
export const withoutRepeats = (walk: Walk): Walk => ({
  along: walk.along,
  read: (range, context, emit) => {
    const seen: Seen = new Map();
    return walk.read(range, context, (rows, done) => {
      return emit(takeUnseen(rows, seen), done);
    });
  },
});
