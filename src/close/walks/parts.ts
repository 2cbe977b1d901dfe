import { isRow, type Row } from '../row.ts';
import type { Walk } from '../walk.ts';

/**
 * A walk that emits parts of the rows of another walk in place of these rows.
 * @param partsOf takes a row and returns its parts; parts without an id are counted and left out
 */
export const parts = (walk: Walk, partsOf: (row: Row) => readonly unknown[]): Walk => ({
  along: walk.along,
  read: (range, context, emit) =>
    walk.read(range, context, (rows, done) => {
      const found = rows.flatMap(partsOf);
      const whole = found.filter(isRow);
      context.withoutId(found.length - whole.length);
      return emit(whole, done);
    }),
});
