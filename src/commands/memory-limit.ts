import { totalmem } from 'node:os';

const MIB = 1024 * 1024;

/** The option that says how large Node's heap may be, in MiB. V8 accepts both dashes and underscores. */
const OPTION = /--max[-_]old[-_]space[-_]size[= ](\d+)/g;

/** How much memory this process may use. */
export interface MemoryLimits {
  /** The size of the heap that an option sets, in MiB; null without one. */
  readonly heapMiB: number | null;
  /** How much the container may use, in MiB; null outside a container. */
  readonly containerMiB: number | null;
}

/** How much a run needs of a heap, or of a container. */
interface Need {
  /** The memory that the program needs for itself: its modules, and its notes on a run; in MiB. */
  readonly ownMiB: number;
  /** A smaller limit leaves no room for a page of the usual size; in MiB. */
  readonly leastMiB: number;
  /** Reading a page takes so many times the memory of its bytes. */
  readonly timesLarger: number;
}

const HEAP: Need = { ownMiB: 24, leastMiB: 32, timesLarger: 8 };
// Measured in containers of 64 to 1,000 MiB. V8 does not know the limit of a container, so it collects garbage later than
// with a small heap.
const CONTAINER: Need = { ownMiB: 56, leastMiB: 64, timesLarger: 24 };

/** Finds the limits of this process. If an option is given twice, the last one counts. */
export const memoryLimits = (
  host: Pick<NodeJS.Process, 'execArgv' | 'env' | 'constrainedMemory'>,
): MemoryLimits => {
  const options = [...`${host.env.NODE_OPTIONS ?? ''} ${host.execArgv.join(' ')}`.matchAll(OPTION)];
  const heapMiB = Number(options.at(-1)?.[1] ?? 0);
  // Outside a container, this is 0, or far more than the machine has.
  const constrained = host.constrainedMemory();
  const isContainer = constrained > 0 && constrained < totalmem();
  return {
    heapMiB: heapMiB > 0 ? heapMiB : null,
    containerMiB: isContainer ? Math.floor(constrained / MIB) : null,
  };
};

/**
 * The message if there is too little memory for any page; null otherwise. Without it, V8 would end the process with a
 * dump, or the container would kill it without a word.
 */
export const problemOfMemory = ({ heapMiB, containerMiB }: MemoryLimits): string | null => {
  if (heapMiB !== null && heapMiB < HEAP.leastMiB)
    return `--max-old-space-size=${heapMiB} is too little memory for one page of Close; give it ${HEAP.leastMiB} or more, or leave it out`;
  if (containerMiB !== null && containerMiB < CONTAINER.leastMiB)
    return `this container may use ${containerMiB} MiB, which is too little memory for one page of Close; give it ${CONTAINER.leastMiB} MiB or more`;
  return null;
};

/** The largest page that fits into the memory, in bytes; infinite without a limit. */
export const largestPage = ({ heapMiB, containerMiB }: MemoryLimits): number => {
  const within = (limitMiB: number | null, { ownMiB, timesLarger }: Need): number =>
    limitMiB === null ? Number.POSITIVE_INFINITY : Math.floor(((limitMiB - ownMiB) * MIB) / timesLarger);
  return Math.min(within(heapMiB, HEAP), within(containerMiB, CONTAINER));
};
