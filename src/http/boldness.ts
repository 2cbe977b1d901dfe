/** The smallest share of the remaining requests that may be sent at once. */
const LEAST = 1 / 8;
/** After this many answers without a 429, the part is whole again. For a small limit: this many times the limit. */
const FORGIVEN_AFTER = 800;
const FORGIVEN_AFTER_LIMITS = 8;

/**
 * Decides how much of the room that a server states may be used at once. If a request is refused although there was
 * room, other processes use the same key, and each of them uses the room as if it were alone. Then only a part of the
 * room is used at once, and each answer shows what is left after the requests of the others. That costs nearly nothing.
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
