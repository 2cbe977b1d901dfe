/** A span of time that is started, renewed and stopped; when it runs out, something is done once. */
export interface RestartableTimer {
  start(): void;
  /** Starts again, if it runs. */
  renew(): void;
  stop(): void;
}

/** The longest that a timer can wait. */
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
