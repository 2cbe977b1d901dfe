import { ceilSecond, floorSecond, type Instant, SECOND } from '../../time/instant.ts';
import { END, START } from '../../time/span.ts';
import { instantOf, type Row, type Seen, takeUnseen } from '../row.ts';
import type { Emit, WalkContext } from '../walk.ts';
import { freshSlice, type ReadSlice, type Slice, type UnreadError } from './slice.ts';

/** The server states its clock in whole seconds. */
const CLOCK_GRAIN = 2 * SECOND;

export interface TailOptions {
  /** The date field of the list, if its dates are never in the future. They then show how far our clock is behind. */
  readonly neverAhead?: string;
  /** How far the list may be behind the present, in microseconds. */
  readonly lag: number;
  /** The most passes, since an account may change faster than it can be read. The next run reads what changes later. */
  readonly passes: number;
}

const newestOf = (rows: readonly Row[], field: string | undefined): Instant =>
  field === undefined
    ? START
    : rows.reduce((newest, row) => Math.max(newest, instantOf(row, field) ?? START), START);

/**
 * Reads the tail: everything from `from` on. It is read after all other slices, so it also has the rows that changed
 * while the run was reading. A tail of one page is one answer, and complete. Longer tails take time, so another pass
 * reads what changed meanwhile. Each pass reads less, and the last one brings nothing new.
 * @param from a whole second
 * @param seen rows that need not be emitted again; the rows of the tail are added to it
 */
export const readTail = async (
  from: Instant,
  read: ReadSlice,
  seen: Seen,
  list: TailOptions,
  context: Pick<WalkContext, 'now' | 'latest'>,
  emit: Emit,
): Promise<void> => {
  let start = from;
  /** How far our clock is behind the newest row, in microseconds. */
  let behind = 0;
  /** How many new rows the pass has brought. */
  let found = 0;
  let unread: UnreadError | null = null;

  const readOne = async (slice: Slice): Promise<readonly Slice[]> => {
    const pages = read(slice);
    for (;;) {
      const next = await pages.next();
      if (next.done) {
        unread ??= next.value.gap?.error ?? null;
        return next.value.slices;
      }
      behind = Math.max(behind, newestOf(next.value, list.neverAhead) - context.latest());
      const fresh = takeUnseen(next.value, seen);
      found += fresh.length;
      await emit(fresh, []);
    }
  };

  for (let pass = 1; pass <= list.passes; pass += 1) {
    const now = context.now();
    const latest = context.latest();
    /** A slice without the time after the beginning of this pass: the next pass reads that. */
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
      const left = await readOne(slice);
      requests += 1;
      slices = [...left.flatMap(bounded), ...slices];
    }
    if (requests === 1 || (pass > 1 && found === 0)) break;
    start = Math.max(start, floorSecond(now - list.lag) - CLOCK_GRAIN);
  }
  if (unread) throw unread;
  await emit([], [{ from, to: END }]);
};
