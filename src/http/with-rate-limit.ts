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
  readonly random: () => number;
  readonly onWait?: OnWait;
  /** Called for each refusal. */
  readonly onRefused: (request: ApiRequest, waitMs: number) => void;
  /** Called with the limits that each answer states. */
  readonly onLimits: (request: ApiRequest, limits: readonly RateLimit[]) => void;
}

/** If all requests of a group are refused for this long, the request fails. */
const PATIENCE_MS = 300_000;
/** The search refuses early, so it starts with two requests at once. */
const GENTLE = '/data/search/';

/**
 * The endpoint group of a request. Close limits requests by URL prefix and method. The first part of the path is the
 * smallest group.
 */
const limitedGroupOf = (request: ApiRequest): string => (request.path === GENTLE ? GENTLE : groupOf(request));

/** Keeps each endpoint group within the rate that the server states, and waits out its refusals. */
export const withRateLimit = (options: RateLimitOptions): Layer => {
  const { clock } = options;
  const groups = new Map<string, { limiter: Limiter; lastAccepted: number }>();
  const groupFor = (request: ApiRequest) => {
    const name = limitedGroupOf(request);
    const known = groups.get(name);
    if (known) return known;
    const startAt = name === GENTLE ? 2 : 8;
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
