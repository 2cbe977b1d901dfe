/**
 * How fast requests may follow each other if the server states no limit and only refuses. Its limit allows what it
 * accepted between two refusals, so the next requests are sent a little slower than that. Then the pace grows again,
 * slowly at first, and faster the longer nothing is refused.
 */
export interface Pace {
  /** When the next request may go; 0 until something is refused. */
  readonly nextAt: () => number;
  readonly sent: (now: number) => void;
  readonly accepted: () => void;
  /**
   * Computes the pace from the number of requests that were accepted since the last refusal.
   * @param resumeAt when the wait that the refusal asked for is over
   * @returns whether any request was accepted
   */
  readonly refused: (now: number, resumeAt: number) => boolean;
  /** There was no request for a while. That time says nothing about the limit. */
  readonly idled: (now: number) => void;
}

/** The new pace is this part of the pace that led to a refusal. */
const CAUTION = 0.92;
/** The slowest pace is one request in two seconds. Few accepted requests may only mean that few were sent. */
const LEAST_PER_MS = 1 / 2_000;
/** One refusal makes the pace at most this much slower. */
const LARGEST_CUT = 0.5;
/** How much of a pause may be made up for afterwards, since the server's limit recovered meanwhile. */
const MADE_UP = 0.8;
const MOST_MADE_UP_MS = 1_000;
/** Timers are a little late; this must not add up. */
const SLACK_MS = 20;

/** The growth of the pace after this many seconds without a refusal: 8 % after 6 seconds, double after 24. */
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
