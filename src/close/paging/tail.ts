import { ceilSecond, floorSecond, type Instant, SECOND } from '../../time/instant.ts';
import { END, START } from '../../time/span.ts';
import { instantOf, type Row, remember, type Seen, unseen } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { freshSlice, type ReadSlice, type Slice, type UnreadError } from './slices.ts';

/** The server's clock is known to the second. */
const CLOCK_GRAIN = 2 * SECOND;

export interface TailOptions {
  /** The list's date, where that never lies ahead: it shows by how much the clock is behind. */
  readonly neverAhead?: string;
  /** How far the list may be behind, in microseconds. */
  readonly lag: number;
  /** An account may change faster than it can be read; what moves after so many passes is the next run's. */
  readonly passes: number;
}

const newestOf = (rows: readonly Row[], field: string | undefined): Instant =>
  field === undefined
    ? START
    : rows.reduce((newest, row) => Math.max(newest, instantOf(row, field) ?? START), START);

/**
 * Reads everything from `from` on, after all the rest of a walk is done: whatever moved while the run was reading is
 * there. One page is a single moment. More than one take time, so what moved meanwhile is read after them, which is
 * less and less, until a pass brings nothing new.
 * @param reader reads a slice, and may emit rows itself
 * @param seen what need not be emitted again; grows
 */
export const readTail = async (
  from: Instant,
  reader: (context: WalkContext) => ReadSlice,
  seen: Seen,
  list: TailOptions,
  context: WalkContext,
): Promise<void> => {
  let start = from;
  let behind = 0;
  let found = 0;
  let unread: UnreadError | null = null;
  const onlyUnseen: WalkContext = {
    ...context,
    emit: (rows, done) => {
      const fresh = unseen(rows, seen);
      remember(seen, fresh);
      found += fresh.length;
      return context.emit(fresh, done);
    },
  };
  const read = reader(onlyUnseen);
  for (let pass = 1; pass <= list.passes; pass += 1) {
    const now = context.now();
    const latest = context.latest();
    const bounded = (slice: Slice): Slice[] => {
      const bound = ceilSecond(latest + behind) + CLOCK_GRAIN;
      return slice.span.from >= bound
        ? []
        : [{ ...slice, span: { from: slice.span.from, to: Math.min(slice.span.to, bound) } }];
    };
    let requests = 0;
    found = 0;
    let slices: Slice[] = [freshSlice({ from: start, to: END })];
    for (let slice = slices.shift(); slice; slice = slices.shift()) {
      const step = await read(slice);
      requests += 1;
      behind = Math.max(behind, newestOf(step.rows, list.neverAhead) - context.latest());
      await onlyUnseen.emit(step.rows, []);
      unread ??= step.gap?.error ?? null;
      slices = [...step.rest.flatMap(bounded), ...slices];
    }
    if (requests === 1 || (pass > 1 && found === 0)) break;
    start = Math.max(start, floorSecond(now - list.lag) - CLOCK_GRAIN);
  }
  if (unread) throw unread;
  await context.emit([], [{ from, to: END }]);
};
