import { LONGEST_WAIT_MS, type RateLimit } from './rate-limits.ts';

/** A place in the order in which a group's requests were sent and answered. */
export type Ticket = number;

/** What the server last said of one of its limits. */
interface Budget {
  readonly limit: number;
  /** Requests that the server would still accept; 0 while a probe waits for its answer. */
  remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
  /** When that was learned, as a ticket. The server counted requests with a later ticket later. */
  readonly at: Ticket;
}

/** What the server has said about the limits of a group, and what is left of them. */
export interface Budgets {
  /** Whether the server states any limit. */
  isStated(): boolean;
  /** Whether the server had stated a limit before that request was sent. */
  wasStatedTo(ticket: Ticket): boolean;
  /** For each limit that is not used up: how many requests it has room for, including those under way. */
  rooms(underWay: number): number[];
  /** For each limit that is used up: when it is full again, in milliseconds since 1970. */
  resets(underWay: number): number[];
  /** Notes that a request is sent although a limit is used up, to find out what is left now. */
  probe(underWay: number, now: number, tick: Ticket): void;
  /** Learns what an answer states. */
  learn(ticket: Ticket, limits: readonly RateLimit[], now: number, tick: Ticket): void;
  /** Notes that a request got no answer; the server may still have counted it. */
  lessen(): void;
  forget(): void;
  /** The smallest limit; Infinity if none is known. */
  smallest(): number;
}

/** If a probe gets no answer, another one is sent. */
const PROBE_EVERY_MS = 1_000;

/** @param rate_limit_share 0 to 1: how much of each limit may be used */
export const createBudgets = (rate_limit_share: number): Budgets => {
  const budgets = new Map<string, Budget>();
  let statedAt: Ticket = 0;

  const roomIn = ({ limit, remaining }: Budget): number =>
    Math.floor(remaining - limit * (1 - rate_limit_share));
  const isSpent = (budget: Budget, underWay: number): boolean => roomIn(budget) - underWay < 1;
  const all = (): Budget[] => [...budgets.values()];

  return {
    isStated: () => budgets.size > 0,
    wasStatedTo: (ticket) => budgets.size > 0 && ticket > statedAt,
    rooms: (underWay) =>
      all()
        .filter((budget) => !isSpent(budget, underWay))
        .map(roomIn),
    resets: (underWay) =>
      all()
        .filter((budget) => isSpent(budget, underWay))
        .map(({ resetAt }) => resetAt),
    probe: (underWay, now, tick) => {
      for (const [family, budget] of budgets) {
        if (!isSpent(budget, underWay)) continue;
        // Requests that were sent before the reset no longer count.
        const remaining = Number.NEGATIVE_INFINITY;
        budgets.set(family, { ...budget, remaining, resetAt: now + PROBE_EVERY_MS, at: tick });
      }
    },
    learn: (ticket, limits, now, tick) => {
      for (const [family, budget] of budgets) {
        if (limits.some((limit) => limit.family === family)) continue;
        // The server may have counted it without telling us, or it no longer states that limit.
        if (ticket > budget.at) budgets.delete(family);
        else budget.remaining -= 1;
      }
      if (budgets.size === 0) statedAt = tick;
      for (const { family, limit, remaining, resetMs } of limits) {
        const known = budgets.get(family);
        // Requests overtake each other: of two under way together, the one that leaves less was counted last.
        if (known && ticket < known.at && remaining > known.remaining) continue;
        const resetAt = now + Math.min(Math.max(resetMs, 1), LONGEST_WAIT_MS);
        budgets.set(family, { limit, remaining, resetAt, at: tick });
      }
    },
    lessen: () => {
      for (const budget of budgets.values()) budget.remaining -= 1;
    },
    forget: () => budgets.clear(),
    smallest: () => Math.min(...all().map(({ limit }) => limit)),
  };
};
