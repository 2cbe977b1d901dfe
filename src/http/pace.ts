/**
 * How fast requests may follow each other where the server states no limit and only refuses. What it accepted between
 * two refusals is what its limit allows, so the next requests come at that pace, less a little. The pace grows again,
 * slowly at first, then faster the longer nothing is refused.
 */
export interface Pace {
  /** When the next request may go; 0 until something is refused. */
  readonly nextAt: () => number;
  readonly sent: (now: number) => void;
  readonly accepted: () => void;
  /**
   * Takes the pace from what was accepted since the last refusal.
   * @param resumeAt when the wait that the refusal asked for is over
   * @returns whether anything was
   */
  readonly refused: (now: number, resumeAt: number) => boolean;
  /** Nothing was asked for a while; that time says nothing about the limit. */
  readonly idled: (now: number) => void;
}

/** The new pace is this part of the one that led to a refusal. */
const CAUTION = 0.92;
/** The slowest pace is one request in two seconds: if few were asked, few could be accepted. */
const LEAST_PER_MS = 1 / 2_000;
/** One refusal makes the pace at most this much slower. */
const LARGEST_CUT = 0.5;
/** How much of a pause may be caught up afterwards: the server's allowance has grown meanwhile. */
const MADE_UP = 0.8;
const MOST_MADE_UP_MS = 1_000;
/** Timers are a little late; this must not add up. */
const SLACK_MS = 20;

/** How much the pace has grown this many seconds after a refusal: by 8 % after 6 seconds, twofold after 24. */
const growth = (seconds: number): number => 1 + 0.004 * seconds + 0.0016 * seconds ** 2;

export const createPace = (start: number): Pace => {
  let perMs = Number.POSITIVE_INFINITY;
  let pacedSince = start;
  let countedSince = start;
  let accepted = 0;
  let nextAt = 0;

  const paceAt = (now: number): number => perMs * growth((now - pacedSince) / 1000);

  return {
    nextAt: () => nextAt,
    sent: (now) => {
      if (perMs < Number.POSITIVE_INFINITY) nextAt = Math.max(nextAt, now - SLACK_MS) + 1 / paceAt(now);
    },
    accepted: () => {
      accepted += 1;
    },
    refused: (now, resumeAt) => {
      const measured = accepted / Math.max(1, now - countedSince);
      if (accepted > 0) {
        const current = paceAt(now);
        const kept = Math.min(measured, current) * CAUTION;
        perMs = Math.max(kept, LEAST_PER_MS, current < Number.POSITIVE_INFINITY ? current * LARGEST_CUT : 0);
        pacedSince = now;
        countedSince = now;
        accepted = 0;
      }
      const isPaced = perMs < Number.POSITIVE_INFINITY;
      if (isPaced) nextAt = resumeAt - Math.min((resumeAt - now) * MADE_UP, MOST_MADE_UP_MS);
      return isPaced;
    },
    idled: (now) => {
      nextAt = Math.min(nextAt, now);
      countedSince = now;
      accepted = 0;
    },
  };
};
