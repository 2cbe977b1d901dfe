import type { Clock } from '../clock.ts';
import { FinalError } from '../errors.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { type RateLimit, readRateLimits, readWait } from './rate-limits.ts';
import { type ApiRequest, groupOf, type Layer, nameOf } from './request.ts';
import type { OnWait } from './tally.ts';

export interface RateLimitOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly max_concurrency: number;
  readonly rate_limit_share: number;
  /** Paths that the server throttles early. Each is a group by itself, and begins with few requests at once. */
  readonly throttledEarly?: readonly string[];
  readonly random: () => number;
  readonly onWait?: OnWait;
  /** Called for each refusal. */
  readonly onRefused: (request: ApiRequest, waitMs: number) => void;
  /** Called with the limits that each answer states. */
  readonly onLimits: (request: ApiRequest, limits: readonly RateLimit[]) => void;
}

/** If all requests of a group are refused for this long, the request fails. */
const PATIENCE_MS = 300_000;
/** How many requests a new group may have at once. */
const START = 8;
const GENTLE_START = 2;

/** Keeps each endpoint group within the rate that the server states, and waits out its refusals. */
export const withRateLimit = (options: RateLimitOptions): Layer => {
  const { clock, throttledEarly = [] } = options;
  const groups = new Map<string, { limiter: Limiter; lastAccepted: number }>();
  const groupFor = (request: ApiRequest) => {
    const isGentle = throttledEarly.includes(request.path);
    // The server limits requests by URL prefix and method. The first part of the path is the smallest group.
    const name = isGentle ? request.path : groupOf(request);
    const known = groups.get(name);
    if (known) return known;
    const startAt = isGentle ? GENTLE_START : START;
    const created = { limiter: createLimiter({ ...options, startAt }), lastAccepted: clock.now() };
    groups.set(name, created);
    return created;
  };

  return (next) => async (request, signal) => {
    const group = groupFor(request);
    const since = clock.now();
    for (;;) {
      const ticket = await group.limiter.enter();
      const reply = await next(request, signal).catch((error: unknown) => {
        group.limiter.leave(ticket, 'failed', []);
        throw error;
      });
      const limits = readRateLimits(reply.headers, clock.now());
      options.onLimits(request, limits);
      if (reply.status !== 429) {
        group.limiter.leave(ticket, 'answered', limits);
        group.lastAccepted = clock.now();
        return reply;
      }
      const waitMs = group.limiter.refuse(ticket, readWait(reply, clock.now()), limits);
      if (clock.now() - Math.max(since, group.lastAccepted) > PATIENCE_MS) {
        throw new FinalError(`429 Too Many Requests for ${PATIENCE_MS / 1000} s without a break`, {
          request: nameOf(request),
          status: 429,
        });
      }
      options.onRefused(request, waitMs);
    }
  };
};
