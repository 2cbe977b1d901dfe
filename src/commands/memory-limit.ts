const MIB = 1024 * 1024;

/** Where Node is told how much its heap may hold, in MiB. V8 takes dashes and underscores alike. */
const OPTION = /--max[-_]old[-_]space[-_]size[= ](\d+)/g;

/** What the program itself holds, its modules and its notes on a run. */
const OWN_MIB = 24;
/** With less, there is no room for a page of the usual size. */
const LEAST_MIB = 32;
/** What a page holds when its rows have been parsed, for each byte of it. */
const TIMES_LARGER = 8;

/** The heap that Node was given by option, in MiB; null for its own choice, which is ample. The last option counts. */
export const heapLimit = (
  execArgv: readonly string[],
  { NODE_OPTIONS = '' }: NodeJS.ProcessEnv,
): number | null => {
  const options = [...`${NODE_OPTIONS} ${execArgv.join(' ')}`.matchAll(OPTION)];
  const limit = Number(options.at(-1)?.[1] ?? 0);
  return limit > 0 ? limit : null;
};

/** What is wrong with a heap too small for any page, in words; else null. V8 itself would end the process with a dump. */
export const problemOfHeap = (limitMiB: number | null): string | null =>
  limitMiB === null || limitMiB >= LEAST_MIB
    ? null
    : `--max-old-space-size=${limitMiB} is too little memory for one page of Close; give it ${LEAST_MIB} or more, or leave it out`;

/** The largest page that fits, in bytes. */
export const largestPage = (limitMiB: number | null): number =>
  limitMiB === null ? Number.POSITIVE_INFINITY : ((limitMiB - OWN_MIB) * MIB) / TIMES_LARGER;
