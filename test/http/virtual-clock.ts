import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock whose time passes only when a test says so, and then as fast as the tested code can follow. */
export interface VirtualClock extends Clock {
  /** Lets so many milliseconds pass, and does everything that is due in them, in order. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until the promise settles. Fails when no timer is left that could settle it. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** How many timers are running. */
  asleep(): number;
}

export const createVirtualClock = (start = Date.UTC(2026, 5, 1)): VirtualClock => {
  let now = start;
  let sleepers: Sleeper[] = [];

  /** Ends the timers that are due first, if they are due no later than `limit`. */
  const wakeNext = (limit: number): boolean => {
    const at = sleepers.reduce(
      (earliest, sleeper) => Math.min(earliest, sleeper.at),
      Number.POSITIVE_INFINITY,
    );
    if (at > limit || at === Number.POSITIVE_INFINITY) return false;
    const due = sleepers.filter((sleeper) => sleeper.at === at);
    sleepers = sleepers.filter((sleeper) => sleeper.at !== at);
    now = at;
    for (const { wake } of due) wake();
    return true;
  };

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const sleeper = { at: now + Math.max(0, ms), wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', stop, { once: true });
      }),
    advance: async (ms) => {
      const target = now + ms;
      do await turn();
      while (wakeNext(target));
      now = target;
    },
    until: async (promise) => {
      let settled = false;
      const settle = (): void => {
        settled = true;
      };
      promise.then(settle, settle);
      await turn();
      while (!settled) {
        if (!wakeNext(Number.POSITIVE_INFINITY))
          throw new Error('all wait, and nothing will happen any more');
        await turn();
      }
      return promise;
    },
    asleep: () => sleepers.length,
  };
};
