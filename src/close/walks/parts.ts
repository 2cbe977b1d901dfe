import { isRow, type Row } from '../row.ts';
import type { Walk } from '../walk.ts';

/**
 * A walk through the parts of what another walk finds.
 * @param partsOf the parts of one row; those without an id are counted and left out
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
