/** The smallest part of what is left that is asked for at once, however many processes share the limit. */
const LEAST = 1 / 8;
/** After this many answers without a 429, the part is whole again. For a small limit: this many times the limit. */
const FORGIVEN_AFTER = 800;
const FORGIVEN_AFTER_LIMITS = 8;

/**
 * Which part of what a server says is left is asked for at once. A refusal although there was room means that other
 * processes use the same key, each of them believing the room to be its own. Then only a part of it is asked for, and
 * the answers tell what is left after the others; that costs next to nothing and takes nobody's turn.
 */
export interface Boldness {
  /** 0 to 1. */
  readonly now: () => number;
  readonly lose: () => void;
  /** @param limit the smallest that the server states */
  readonly regain: (limit: number) => void;
}

export const createBoldness = (): Boldness => {
  let boldness = 1;
  return {
    now: () => boldness,
    lose: () => {
      boldness = LEAST;
    },
    regain: (limit) => {
      const answers = Math.max(1, Math.min(FORGIVEN_AFTER, limit * FORGIVEN_AFTER_LIMITS));
      boldness = Math.min(1, boldness + 1 / answers);
    },
  };
};
