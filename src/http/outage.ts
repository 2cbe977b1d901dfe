import type { Clock } from '../clock.ts';
import { type ApiError, messageOf, UnreachableError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';
import type { OnWait } from './tally.ts';

export interface OutageOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How long to wait for the server since its last answer; 0: not at all. */
  readonly max_retry_seconds: number;
  /** Asks for something that always exists. Resolves when the server answers, whatever it says. */
  readonly probe: () => Promise<void>;
  readonly onWait?: OnWait;
}

/**
 * Distinguishes an outage, in which the server answers no request, from a single request that fails. Waits for its end.
 */
export interface Outage {
  /** Resolves when requests may go: at once, unless there is an outage. */
  over(): Promise<void>;
  /** The server answered a request. */
  answered(): void;
  /** A request failed, but the same request may work later. */
  failed(): void;
  /** Whether the server has answered nothing since a moment, although several requests were sent. */
  isSuspected(sentAt: number): boolean;
  /**
   * Finds out whether the server answers at all; if not, waits until it does.
   * @returns whether there was an outage
   */
  waitOut(error: ApiError): Promise<boolean>;
  /** Whether this message is the first of its kind since the last answer: requests that fail together log it once. */
  isNews(repetition: number): boolean;
  /** Whether the server has ever answered. */
  wasReached(): boolean;
}

/** After this many failures in a row without an answer, check whether there is an outage. */
const SUSPICIOUS = 2;
const FIRST_PROBE_MS = 1_000;
const LONGEST_PROBE_MS = 30_000;
const FIRST_WORD_MS = 60_000;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

export const createOutage = (options: OutageOptions): Outage => {
  const { clock, log, signal, max_retry_seconds } = options;
  let answeredAt: number | null = null;
  let failedAt: number | null = null;
  let failures = 0;
  let said = 0;
  let current: Promise<boolean> | null = null;

  const answered = (): void => {
    answeredAt = clock.now();
    failedAt = null;
    failures = 0;
    said = 0;
  };

  /** @returns null if the server answers */
  const ask = async (): Promise<unknown> => {
    try {
      await options.probe();
      answered();
      return null;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error;
    }
  };

  const examine = async (error: ApiError): Promise<boolean> => {
    // The server has never answered: a wrong address or a proxy is likelier than an outage.
    if (error.status === null && answeredAt === null) return false;
    let latest = await ask();
    if (latest === null) return false;
    const since = answeredAt ?? failedAt ?? clock.now();
    log.warning(
      `Close does not answer (${messageOf(error)}); waiting up to ${max_retry_seconds} s (max_retry_seconds)`,
    );
    let waitMs = FIRST_PROBE_MS;
    let nextWordMs = FIRST_WORD_MS;
    for (;;) {
      const leftMs = since + max_retry_seconds * 1000 - clock.now();
      if (leftMs <= 0) {
        throw new UnreachableError(
          `Close has not answered for ${seconds(clock.now() - since)} (${messageOf(latest)}); the state is kept, start the tap again later`,
          { request: error.request, cause: latest },
        );
      }
      options.onWait?.('outage', clock.now() + Math.min(waitMs, leftMs));
      await clock.sleep(Math.min(waitMs, leftMs), signal);
      latest = await ask();
      const passedMs = clock.now() - since;
      if (latest === null) {
        log.info(`Close answers again, after ${seconds(passedMs)}`);
        return true;
      }
      waitMs = Math.min(waitMs * 2, LONGEST_PROBE_MS);
      if (passedMs >= nextWordMs) {
        log.warning(`Close has not answered for ${seconds(passedMs)} (${messageOf(latest)}); still waiting`);
        nextWordMs = passedMs * 2;
      }
    }
  };

  return {
    over: async () => {
      await current;
    },
    answered,
    failed: () => {
      failures += 1;
      failedAt ??= clock.now();
    },
    isSuspected: (sentAt) => failures >= SUSPICIOUS && (answeredAt ?? Number.NEGATIVE_INFINITY) < sentAt,
    waitOut: (error) => {
      current ??= examine(error).finally(() => {
        current = null;
      });
      return current;
    },
    isNews: (repetition) => {
      const isNew = repetition > said;
      said = Math.max(said, repetition);
      return isNew;
    },
    wasReached: () => answeredAt !== null,
  };
};
