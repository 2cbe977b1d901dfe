/**
 * How many requests may be under way at once, by the method of TCP (additive increase, multiplicative decrease). The
 * number doubles each round until the first refusal. A refusal halves it, and then it grows by one per round.
 */
export interface Width {
  readonly now: () => number;
  /** A request was answered. */
  readonly widen: () => void;
  /** @param isPaced whether `pace.ts` limits the requests already; then the number may double again at once */
  readonly halve: (isPaced: boolean) => void;
}

export const createWidth = (startAt: number, most: number): Width => {
  let width = Math.min(startAt, most);
  let ceiling = most;
  return {
    now: () => width,
    widen: () => {
      width = Math.min(most, width + (width < ceiling ? 1 : 1 / width));
    },
    halve: (isPaced) => {
      width = Math.max(1, width / 2);
      ceiling = isPaced ? most : width;
    },
  };
};
