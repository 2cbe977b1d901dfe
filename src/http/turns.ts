import { setImmediate } from 'node:timers/promises';

/** Runs one function at a time, in the order in which they were given. */
export type InTurn = <T>(work: () => T) => Promise<T>;

/**
 * Decodes pages one after the other. Each is decoded when there is room for its rows, and when the page before it could
 * be written. This saves memory: a decoded page is many times as large as its bytes.
 * @param room resolves when there is room, and rejects when there will never be any
 */
export const createTurns = (room: () => Promise<void>): InTurn => {
  let last: Promise<void> = Promise.resolve();

  return async (work) => {
    const before = last;
    let end: () => void = () => {};
    last = new Promise((resolve) => {
      end = resolve;
    });
    try {
      await before;
      await room();
      return work();
    } finally {
      // Wait a moment, since a walk first asks for its next page and then writes this one.
      void setImmediate()
        .then(() => setImmediate())
        .then(end);
    }
  };
};
