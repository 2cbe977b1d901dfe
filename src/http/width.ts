/**
 * How many requests may be under way at once: additive increase, multiplicative decrease, as TCP does it. It doubles each
 * round until the first refusal, is then halved, and grows by one a round.
 */
export interface Width {
  readonly now: () => number;
  /** A request was answered. */
  readonly widen: () => void;
  /** @param isPaced whether something else keeps requests from coming too fast; then it doubles again at once */
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
