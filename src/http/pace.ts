/**
 * How fast requests may follow each other where the server states no limit and only refuses. Between two refusals it
 * has accepted as much as its limit allows: so fast, less a little, it is asked from then on. The pace grows again,
 * slowly at first, faster the longer nothing is refused.
 */
export interface Pace {
  /** When the next request may go; 0 as long as nothing was refused. */
  readonly nextAt: () => number;
  readonly sent: (now: number) => void;
  readonly accepted: () => void;
  /**
   * Takes the pace from what was accepted since the last refusal.
   * @param resumeAt when the wait that the refusal asks for is over
   * @returns whether anything was
   */
  readonly refused: (now: number, resumeAt: number) => boolean;
  /** Nothing was asked for a while: that time says nothing of the limit. */
  readonly idled: (now: number) => void;
}

/** This part of the pace that led to a refusal is kept. */
const CAUTION = 0.92;
/** Never slower than a request in two seconds: what was accepted while hardly anything was asked says little. */
const LEAST_PER_MS = 1 / 2_000;
/** A single refusal slows down no further than to this part. */
const LARGEST_CUT = 0.5;
/** So much of a pause may be made up for after it: the server's allowance has grown meanwhile. */
const MADE_UP = 0.8;
const MOST_MADE_UP_MS = 1_000;
/** Timers are late by a little, which is not to add up. */
const SLACK_MS = 20;

/** By how much the pace has grown so many seconds after a refusal: by 8 % in 6 seconds, and twofold in 24. */
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
