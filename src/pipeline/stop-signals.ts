export interface StopSignals {
  /** Aborted by the first signal. */
  readonly stop: AbortSignal;
  /** Aborted by a second one. */
  readonly killAll: AbortSignal;
  /** The first. */
  readonly received: () => NodeJS.Signals | null;
  /** From now on signals have their usual effect. */
  readonly ignore: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * npm and npx send another signal for a Ctrl-C that the terminal has sent already. Signals this close together count as
 * one.
 */
const ECHO_MS = 1000;

/** Distinguishes a first request to stop from a second, urgent one. A closed terminal is such a request too. */
export const listenForStops = (host: NodeJS.Process, now: () => number): StopSignals => {
  const stop = new AbortController();
  const killAll = new AbortController();
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first === null) {
      first = { signal, at: now() };
      stop.abort();
    } else if (now() - first.at >= ECHO_MS) killAll.abort();
  };
  for (const signal of SIGNALS) host.on(signal, onSignal);
  return {
    stop: stop.signal,
    killAll: killAll.signal,
    received: () => first?.signal ?? null,
    ignore: () => {
      for (const signal of SIGNALS) host.off(signal, onSignal);
    },
  };
};
