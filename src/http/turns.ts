import { setImmediate } from 'node:timers/promises';

/** Does one thing at a time, in the order in which they are asked for. */
export type InTurn = <T>(work: () => T) => Promise<T>;

/**
 * Pages are decoded one after the other, each when there is room for its rows, and only when whoever waited for the one
 * before has had the time to write it: decoded, a page takes many times the memory that it takes as bytes.
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
      // A walk asks for its next page first, and writes this one after that.
      void setImmediate()
        .then(() => setImmediate())
        .then(end);
    }
  };
};
