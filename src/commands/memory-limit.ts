const MIB = 1024 * 1024;

/** The option that says how large Node's heap may be, in MiB. V8 accepts both dashes and underscores. */
const OPTION = /--max[-_]old[-_]space[-_]size[= ](\d+)/g;

/** The memory that the program needs for itself: its modules, and its notes on a run. */
const OWN_MIB = 24;
/** A smaller heap has no room for a page of the usual size. */
const LEAST_MIB = 32;
/** A page with parsed rows takes so many times the memory of its bytes. */
const TIMES_LARGER = 8;

/** The size of the heap that an option sets, in MiB; null without one, since Node's own choice is large enough. */
export const heapLimit = (
  execArgv: readonly string[],
  { NODE_OPTIONS = '' }: NodeJS.ProcessEnv,
): number | null => {
  const options = [...`${NODE_OPTIONS} ${execArgv.join(' ')}`.matchAll(OPTION)];
  const limit = Number(options.at(-1)?.[1] ?? 0);
  return limit > 0 ? limit : null;
};

/** The message if the heap is too small for any page; null otherwise. Without it, V8 would end the process with a dump. */
export const problemOfHeap = (limitMiB: number | null): string | null =>
  limitMiB === null || limitMiB >= LEAST_MIB
    ? null
    : `--max-old-space-size=${limitMiB} is too little memory for one page of Close; give it ${LEAST_MIB} or more, or leave it out`;

/** The largest page that fits into the heap, in bytes. */
export const largestPage = (limitMiB: number | null): number =>
  limitMiB === null ? Number.POSITIVE_INFINITY : ((limitMiB - OWN_MIB) * MIB) / TIMES_LARGER;
