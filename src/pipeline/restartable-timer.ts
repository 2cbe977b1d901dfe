/** A timer that can be started, restarted and stopped. When its time is over, it calls a function once. */
export interface RestartableTimer {
  start(): void;
  /** Starts from the beginning, if it is running. */
  renew(): void;
  stop(): void;
}

/** The longest time that a timer of Node can wait, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** @param ms 0 for never */
export const createRestartableTimer = (ms: number, onEnd: () => void): RestartableTimer => {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const start = (): void => {
    stop();
    if (ms > 0) timer = setTimeout(onEnd, Math.min(ms, LONGEST_MS));
  };
  const renew = (): void => {
    if (timer) start();
  };
  return { start, renew, stop };
};
