import type { Clock } from '../clock.ts';
import type { RateLimit } from './rate-limits.ts';

export interface LimiterOptions {
  readonly clock: Clock;
  /** Ends every wait when the run ends. */
  readonly signal: AbortSignal;
  /** The most requests under way at once. */
  readonly maxConcurrency: number;
  /** How many to begin with. */
  readonly startAt: number;
  /** 0 to 1: how much of the server's limit may be used. */
  readonly share: number;
  /** 0 to 1; spreads the wake-ups of processes that wait for the same reset. */
  readonly random: () => number;
}

/** When a request was sent, in the order of all that is sent and answered within its group. */
export type Ticket = number;

/** Lets requests of one endpoint group through, as many and as fast as the server's answers allow. */
export interface Limiter {
  /** Resolves when one request may go; rejects when the run ends. */
  enter(): Promise<Ticket>;
  /** The request is over; `limits` as its answer stated them. */
  leave(ticket: Ticket, outcome: 'answered' | 'failed', limits: readonly RateLimit[]): void;
  /** The request was refused for the rate: the whole group waits, and goes on with half as many at once. */
  refuse(ticket: Ticket, waitMs: number, limits: readonly RateLimit[]): void;
}

/** What the server last said of one of its limits. */
interface Budget {
  readonly limit: number;
  /** Requests that it would still accept; none while the answer to a probe is awaited. */
  remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
  /** When that was learnt, in the order of tickets: what was sent later was counted later. */
  readonly at: Ticket;
}

/** Answers still on their way may tell more of a limit than the passing of its reset; so long they are waited for. */
const GRACE_MS = 500;
/** A probe that goes unanswered is followed by another. */
const PROBE_EVERY_MS = 1_000;
/** Whoever shares a limit with many may still ask for this part of what is left of it at once. */
const LEAST_BOLDNESS = 1 / 8;
/** So many answers without a refusal make up for one. */
const FORGIVEN_AFTER = 800;

/**
 * Additive increase, multiplicative decrease, as TCP does it: the width doubles each round until the first refusal,
 * is then halved, and grows by one a round. Within that, no more is sent than the server said it would accept, every
 * request under way being taken as not yet counted; so as a rule no refusal happens at all. Once a limit is used up
 * and its reset has come, a single request finds out what it now is: some servers mean "one more" by a reset.
 *
 * A refusal although the server had said that there is room means that other processes use the same key, each of
 * them believing the room to be its own. Then only a part of it is asked for at once, and the answers tell what is
 * left after the others; that costs next to nothing and takes nobody's turn.
 */
export const createLimiter = (options: LimiterOptions): Limiter => {
  const { clock, maxConcurrency, share, signal } = options;
  const waiting: ((ticket: Ticket) => void)[] = [];
  const budgets = new Map<string, Budget>();
  let width = Math.min(options.startAt, maxConcurrency);
  let ceiling = maxConcurrency;
  let underWay = 0;
  let tick: Ticket = 0;
  let pausedUntil = 0;
  let boldness = 1;
  /** When the server stated a limit for the first time. */
  let toldAt: Ticket = Number.POSITIVE_INFINITY;
  let wakeAt = Number.POSITIVE_INFINITY;

  const roomIn = ({ limit, remaining }: Budget): number => Math.floor(remaining - limit * (1 - share));
  const isSpent = (budget: Budget): boolean => roomIn(budget) - underWay < 1;

  /** The most requests that may be under way now. */
  const most = (): number => {
    const rooms = [...budgets.values()].filter((budget) => !isSpent(budget)).map(roomIn);
    return Math.floor(Math.min(width, ...rooms.map((room) => Math.max(1, room * boldness))));
  };

  /** Milliseconds until the next request may go. */
  const waitFor = (now: number): number => {
    const spent = [...budgets.values()].filter(isSpent);
    const patience = underWay > 0 ? GRACE_MS : 0;
    return Math.max(pausedUntil, ...spent.map(({ resetAt }) => resetAt + patience)) - now;
  };

  const send = (go: (ticket: Ticket) => void): void => {
    for (const [family, budget] of budgets) {
      if (!isSpent(budget)) continue;
      // A probe: nothing that was sent before it counts any more.
      const remaining = Number.NEGATIVE_INFINITY;
      budgets.set(family, { ...budget, remaining, resetAt: clock.now() + PROBE_EVERY_MS, at: tick });
    }
    underWay += 1;
    tick += 1;
    go(tick);
  };

  const wake = (waitMs: number): void => {
    const at = clock.now() + waitMs;
    if (at >= wakeAt) return;
    wakeAt = at;
    const spread = waitMs * options.random() * 0.05;
    clock.sleep(Math.ceil(waitMs + spread) + 1, signal).then(
      () => {
        if (wakeAt === at) wakeAt = Number.POSITIVE_INFINITY;
        admit();
      },
      () => {},
    );
  };

  const admit = (): void => {
    while (underWay < most()) {
      const [next] = waiting;
      if (!next) return;
      const wait = waitFor(clock.now());
      if (wait > 0) {
        wake(wait);
        return;
      }
      waiting.shift();
      send(next);
    }
  };

  const learn = (ticket: Ticket, limits: readonly RateLimit[]): void => {
    tick += 1;
    if (limits.length > 0) toldAt = Math.min(toldAt, tick);
    for (const [family, budget] of budgets) {
      if (limits.some((limit) => limit.family === family)) continue;
      // It may have been counted without our being told, or that limit is not stated any more.
      if (ticket > budget.at) budgets.delete(family);
      else budget.remaining -= 1;
    }
    for (const { family, limit, remaining, resetMs } of limits) {
      const known = budgets.get(family);
      // Requests overtake each other: of two that were under way together, the one that leaves less was counted last.
      if (known && ticket < known.at && remaining > known.remaining) continue;
      budgets.set(family, { limit, remaining, resetAt: clock.now() + Math.max(resetMs, 1), at: tick });
    }
  };

  return {
    enter: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const go = (ticket: Ticket): void => {
          signal.removeEventListener('abort', abandon);
          resolve(ticket);
        };
        const abandon = (): void => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal.reason);
        };
        signal.addEventListener('abort', abandon, { once: true });
        waiting.push(go);
        admit();
      }),
    leave: (ticket, outcome, limits) => {
      underWay -= 1;
      if (outcome === 'answered') {
        learn(ticket, limits);
        width = Math.min(maxConcurrency, width + (width < ceiling ? 1 : 1 / width));
        boldness = Math.min(1, boldness + 1 / FORGIVEN_AFTER);
      } else {
        // The server may have counted it all the same.
        for (const budget of budgets.values()) budget.remaining -= 1;
      }
      admit();
    },
    refuse: (ticket, waitMs, limits) => {
      underWay -= 1;
      const now = clock.now();
      // Requests sent together are refused together: they count as one refusal.
      if (now >= pausedUntil) {
        width = Math.max(1, width / 2);
        ceiling = width;
        // What was sent before a limit was known says nothing of others who might use it up.
        if (budgets.size > 0 && ticket > toldAt) boldness = LEAST_BOLDNESS;
      }
      learn(ticket, limits);
      pausedUntil = Math.max(pausedUntil, now + waitMs);
      admit();
    },
  };
};
