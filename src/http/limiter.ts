import type { Clock } from '../clock.ts';
import { createBoldness } from './boldness.ts';
import { createBudgets, type Ticket } from './budgets.ts';
import { createPace } from './pace.ts';
import { LONGEST_WAIT_MS, type RateLimit } from './rate-limits.ts';
import type { OnWait } from './tally.ts';
import { createWidth } from './width.ts';

export interface LimiterOptions {
  readonly clock: Clock;
  /** Ends every wait when the run ends. */
  readonly signal: AbortSignal;
  /** The most requests under way at once. */
  readonly max_concurrency: number;
  /** How many may be under way at the beginning. */
  readonly startAt: number;
  /** 0 to 1: how much of the server's limit may be used. */
  readonly rate_limit_share: number;
  /** 0 to 1; spreads the wake-ups of processes that wait for the same reset. */
  readonly random: () => number;
  readonly onWait?: OnWait;
}

/** Lets requests of one endpoint group through, as many and as fast as the server's answers allow. */
export interface Limiter {
  /** Resolves when one request may go; rejects when the run ends. */
  enter(): Promise<Ticket>;
  /** The request has ended. `limits` are those that its answer stated. */
  leave(ticket: Ticket, outcome: 'answered' | 'failed', limits: readonly RateLimit[]): void;
  /**
   * The request got a 429: the whole group waits, then goes on with half as many at once.
   * @param waitMs what the answer asks for, or null
   * @returns how long it waits, in milliseconds
   */
  refuse(ticket: Ticket, waitMs: number | null, limits: readonly RateLimit[]): number;
}

/** How long to wait after a reset for answers that are under way: they show more about the limit than the time does. */
const GRACE_MS = 500;
/** The wait after a 429 that names no time. It doubles until a request is accepted, up to the longest. */
const UNNAMED_WAIT_MS = 500;
const LONGEST_UNNAMED_WAIT_MS = 16_000;
/** After this long without a request, the server accepts a full burst again. */
const IDLE_MS = 1_000;

/**
 * Sends no more than the server said it would accept. It assumes that no request under way is counted yet, so there is
 * usually no 429 at all. When a limit is used up and its reset has come, one single request finds out what is left:
 * some servers mean "one more" by a reset.
 *
 * A server that states no limit is asked at the pace that it was seen to accept.
 */
export const createLimiter = (options: LimiterOptions): Limiter => {
  const { clock, rate_limit_share, signal } = options;
  const waiting: ((ticket: Ticket) => void)[] = [];
  const budgets = createBudgets(rate_limit_share);
  const width = createWidth(options.startAt, options.max_concurrency);
  let underWay = 0;
  let tick: Ticket = 0;
  let pausedUntil = 0;
  const boldness = createBoldness();
  const pace = createPace(clock.now());
  /** Requests up to this one were sent before the last 429 was known. */
  let refusedAt: Ticket = 0;
  let unnamedWaitMs = UNNAMED_WAIT_MS;
  /** Whether single requests are finding out if the server accepts again. */
  let isProbing = false;
  let lastLeft = clock.now();
  let wakeAt = Number.POSITIVE_INFINITY;

  /** The most requests that may be under way now. */
  const most = (): number => {
    if (isProbing) return 1;
    const rooms = budgets.rooms(underWay).map((room) => Math.max(1, room * boldness.now()));
    return Math.floor(Math.min(width.now(), ...rooms));
  };

  /** Milliseconds until the next request may go. */
  const waitFor = (now: number): number => {
    const patience = underWay > 0 ? GRACE_MS : 0;
    const resets = budgets.resets(underWay).map((resetAt) => resetAt + patience);
    return Math.max(pausedUntil, budgets.isStated() ? 0 : pace.nextAt(), ...resets) - now;
  };

  const send = (go: (ticket: Ticket) => void): void => {
    budgets.probe(underWay, clock.now(), tick);
    underWay += 1;
    tick += 1;
    pace.sent(clock.now());
    go(tick);
  };

  /**
   * A wait longer than any that was asked for means that the clock was set back. Then forget the limits: they were
   * learnt by the other clock.
   */
  const forgetIfClockWentBack = (now: number): void => {
    if (waitFor(now) <= LONGEST_WAIT_MS + GRACE_MS) return;
    pausedUntil = now;
    budgets.forget();
    pace.idled(now);
  };

  const wake = (waitMs: number): void => {
    const at = clock.now() + waitMs;
    if (at >= wakeAt) return;
    wakeAt = at;
    const spread = waitMs * options.random() * 0.05;
    const inAllMs = Math.ceil(waitMs + spread) + 1;
    options.onWait?.('rate limit', clock.now() + inAllMs);
    clock.sleep(inAllMs, signal).then(
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
      forgetIfClockWentBack(clock.now());
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
    budgets.learn(ticket, limits, clock.now(), tick);
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
        const now = clock.now();
        if (underWay === 0 && waiting.length === 0 && now - lastLeft > IDLE_MS) pace.idled(now);
        waiting.push(go);
        admit();
      }),
    leave: (ticket, outcome, limits) => {
      underWay -= 1;
      lastLeft = clock.now();
      if (outcome === 'answered') {
        learn(ticket, limits);
        pace.accepted();
        if (ticket > refusedAt) {
          isProbing = false;
          unnamedWaitMs = UNNAMED_WAIT_MS;
        }
        width.widen();
        boldness.regain(budgets.smallest());
      } else budgets.lessen();
      admit();
    },
    refuse: (ticket, askedMs, limits) => {
      underWay -= 1;
      const now = clock.now();
      lastLeft = now;
      const waitMs = askedMs ?? unnamedWaitMs;
      // Requests that were sent together are refused together, and count as one refusal.
      if (now >= pausedUntil && ticket > refusedAt) {
        // A request that was sent before any limit was known says nothing about other processes.
        if (budgets.wasStatedTo(ticket)) boldness.lose();
        const isSilent = !budgets.isStated() && limits.length === 0;
        width.halve(isSilent && pace.refused(now, now + waitMs));
        if (askedMs === null) {
          isProbing = true;
          unnamedWaitMs = Math.min(unnamedWaitMs * 2, LONGEST_UNNAMED_WAIT_MS);
        }
        refusedAt = tick;
      }
      learn(ticket, limits);
      pausedUntil = Math.max(pausedUntil, now + waitMs);
      admit();
      return waitMs;
    },
  };
};
