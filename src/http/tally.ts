import type { Clock } from '../clock.ts';
import type { ApiRequest } from './request.ts';

/** Why a request may have to wait. */
export type WaitReason = 'rate limit' | 'retry' | 'outage';

/** Called when a wait begins, with its end in milliseconds since 1970. */
export type OnWait = (reason: WaitReason, untilMs: number) => void;

/** How many requests a run has sent, and how long it had to wait. */
export interface Tally {
  readonly onRequest: (request: ApiRequest) => void;
  readonly onWait: OnWait;
  /** How many requests were sent for a stream; without one, how many for no stream. */
  readonly requests: (stream?: string) => number;
  readonly allRequests: () => number;
  /** Milliseconds in which requests waited for this reason, or for any reason. Waits at the same time count once. */
  readonly waitedMs: (reason?: WaitReason) => number;
}

/** The total length of stretches of time, which come in order of their beginning and may overlap. */
const createStretches = (clock: Pick<Clock, 'now'>) => {
  let sum = 0;
  let coveredTo = Number.NEGATIVE_INFINITY;
  return {
    add: (to: number): void => {
      sum += Math.max(0, to - Math.max(clock.now(), coveredTo));
      coveredTo = Math.max(coveredTo, to);
    },
    /** The length until now, without waits that are still to come. */
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
