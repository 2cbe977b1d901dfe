import type { Clock } from '../clock.ts';
import type { ApiRequest } from './request.ts';

/** What a request may have to wait for. */
export type WaitReason = 'rate limit' | 'retry' | 'outage';

/** Told of each wait when it begins, with its end in milliseconds since the epoch. */
export type OnWait = (reason: WaitReason, untilMs: number) => void;

/** What a run has asked of the server, and how long it had to wait for it. */
export interface Tally {
  readonly onRequest: (request: ApiRequest) => void;
  readonly onWait: OnWait;
  /** Requests for a table; without one, those that are for no table. */
  readonly requests: (stream?: string) => number;
  readonly allRequests: () => number;
  /** Milliseconds in which anything waited for this reason, or for any: waits side by side count once. */
  readonly waitedMs: (reason?: WaitReason) => number;
}

/** The length of stretches of time that begin in their order and may overlap. */
const createStretches = (clock: Pick<Clock, 'now'>) => {
  let sum = 0;
  let coveredTo = Number.NEGATIVE_INFINITY;
  return {
    add: (to: number): void => {
      sum += Math.max(0, to - Math.max(clock.now(), coveredTo));
      coveredTo = Math.max(coveredTo, to);
    },
    /** Without what is yet to come, as when the run ends meanwhile. */
    length: (): number => sum - Math.max(0, coveredTo - clock.now()),
  };
};

export const createTally = (clock: Pick<Clock, 'now'>): Tally => {
  const requests = new Map<string | undefined, number>();
  const any = createStretches(clock);
  const waits = {
    'rate limit': createStretches(clock),
    retry: createStretches(clock),
    outage: createStretches(clock),
  };
  return {
    onRequest: ({ stream }) => requests.set(stream, (requests.get(stream) ?? 0) + 1),
    onWait: (reason, untilMs) => {
      waits[reason].add(untilMs);
      any.add(untilMs);
    },
    requests: (stream) => requests.get(stream) ?? 0,
    allRequests: () => [...requests.values()].reduce((sum, count) => sum + count, 0),
    waitedMs: (reason) => (reason === undefined ? any : waits[reason]).length(),
  };
};
