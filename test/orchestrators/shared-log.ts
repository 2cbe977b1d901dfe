import type { LoggedRequest } from '../sandbox/sandbox-options.ts';

/** How one process used the key that it shares. */
export interface Part {
  readonly requests: number;
  readonly accepted: number;
  readonly refused: number;
  /** The largest number of requests of others that were accepted between two of this process. */
  readonly longestDrought: number;
  /** The part of this process in all requests that were accepted until the first process was done. 1/n is fair. */
  readonly shareWhileAllRan: number;
}

const nameOf = (request: LoggedRequest): string => String(request.headers['user-agent']);

/** Splits the sandbox's log by the user agents of the processes. Everything is counted in requests, not in time. */
export const partsOf = (
  log: readonly LoggedRequest[],
  names: readonly string[],
): ReadonlyMap<string, Part> => {
  const accepted = log.filter(({ status }) => status === 200).map(nameOf);
  const firstEnd = Math.min(...names.map((name) => accepted.lastIndexOf(name)));
  const whileAllRan = accepted.slice(0, firstEnd + 1);
  return new Map(
    names.map((name) => {
      const own = log.filter((request) => nameOf(request) === name);
      const places = accepted.flatMap((one, place) => (one === name ? [place] : []));
      return [
        name,
        {
          requests: own.length,
          accepted: places.length,
          refused: own.filter(({ status }) => status === 429).length,
          longestDrought: Math.max(0, ...places.slice(1).map((place, i) => place - (places[i] ?? 0) - 1)),
          shareWhileAllRan: whileAllRan.filter((one) => one === name).length / whileAllRan.length,
        },
      ];
    }),
  );
};
