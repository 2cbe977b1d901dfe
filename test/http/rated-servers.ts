import type { Clock } from '../../src/clock.ts';
import type { Reply, Send } from '../../src/http/request.ts';

/** What a server that counts requests decides about one: whether it accepts it, and how much of the limit is left. */
interface Verdict {
  readonly accepted: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds. */
  readonly reset: number;
}

export type Judge = (now: number) => Verdict;

/** A limit of so many requests in each window of so many milliseconds. */
export const fixedWindow = (limit: number, windowMs: number): Judge => {
  let window = Number.NaN;
  let count = 0;
  return (now) => {
    const current = Math.floor(now / windowMs);
    if (current !== window) count = 0;
    window = current;
    const accepted = count < limit;
    if (accepted) count += 1;
    return { accepted, limit, remaining: limit - count, reset: ((current + 1) * windowMs - now) / 1000 };
  };
};

/** A bucket that fills at a steady rate. `reset` states when it is full, or when it holds one request more. */
export const tokenBucket = (perSecond: number, capacity: number, reset: 'full' | 'next'): Judge => {
  let tokens = capacity;
  let at = 0;
  return (now) => {
    tokens = Math.min(capacity, tokens + ((now - at) / 1000) * perSecond);
    at = now;
    const accepted = tokens >= 1;
    if (accepted) tokens -= 1;
    const missing = reset === 'full' ? capacity - tokens : Math.max(0, 1 - tokens);
    return { accepted, limit: capacity, remaining: Math.floor(tokens), reset: missing / perSecond };
  };
};

export interface RatedServer {
  readonly send: Send;
  readonly tally: { accepted: number; refused: number; underWay: number; mostUnderWay: number };
}

/** What a server states about its limit: all in each answer, only the wait in a refusal, or nothing. */
export type Telling = 'headers' | 'retry-after' | 'nothing';

/** Answers after a delay that varies. The judge decides when the request arrives. */
export const ratedServer = (
  judge: Judge,
  clock: Clock,
  latencyMs: () => number,
  telling: Telling = 'headers',
): RatedServer => {
  const tally = { accepted: 0, refused: 0, underWay: 0, mostUnderWay: 0 };
  return {
    tally,
    send: async () => {
      tally.underWay += 1;
      tally.mostUnderWay = Math.max(tally.mostUnderWay, tally.underWay);
      await clock.sleep(latencyMs() / 2);
      const { accepted, limit, remaining, reset } = judge(clock.now());
      if (accepted) tally.accepted += 1;
      else tally.refused += 1;
      await clock.sleep(latencyMs() / 2);
      tally.underWay -= 1;
      const stated = { ratelimit: `limit=${limit}; remaining=${remaining}; reset=${reset.toFixed(6)}` };
      const headers = {
        ...(telling === 'headers' ? stated : {}),
        ...(accepted || telling === 'nothing' ? {} : { 'retry-after': String(Math.ceil(reset)) }),
      };
      return { status: accepted ? 200 : 429, headers, text: '{}' } satisfies Reply;
    },
  };
};

/** Numbers from 0 to 1 that are the same in every run. */
export const sequence = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};
