import pRetry from 'p-retry';
import type { Clock } from '../clock.ts';
import { ApiError, PassingError, UnreachableError } from '../errors.ts';
import type { Outage } from './outage.ts';
import type { OnWait } from './tally.ts';

export interface RetryOptions {
  /** How often a request that fails alone is repeated. */
  readonly max_retries: number;
  /** Milliseconds before the first repetition; doubles each time, with jitter. */
  readonly firstWaitMs: number;
  /** How long one request may fail, over all outages. */
  readonly max_retry_seconds: number;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly outage: Outage;
  readonly onRetry: (error: ApiError, repetition: number) => void;
  readonly onWait?: OnWait;
}

const LONGEST_WAIT_MS = 60_000;

/** Whether the server has answered, though maybe with a refusal. */
const isAnswer = (error: unknown): boolean => error instanceof ApiError && error.status !== null;

/** The server answers again. What failed in the outage may be repeated as often as at the beginning. */
class OutageOverError extends Error {
  override name = 'OutageOverError';
}

/**
 * Repeats a read as long as its failure may pass. Every other error is thrown at once. If it fails while the server
 * answers nothing else either, that is an outage. Then it waits for the end of the outage and begins again, with all
 * its repetitions.
 */
export const withRetry = async <T>(read: () => Promise<T>, options: RetryOptions): Promise<T> => {
  const { max_retries, firstWaitMs, max_retry_seconds, clock, random, signal, outage, onRetry } = options;
  let sentAt = clock.now();
  let failingSince: number | null = null;

  const attempt = async (): Promise<T> => {
    await outage.over();
    sentAt = clock.now();
    const result = await read();
    outage.answered();
    return result;
  };

  /** Throws what ends the repetitions. */
  const examine = async (error: Error, retriesLeft: number): Promise<ApiError> => {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof PassingError)) {
      if (isAnswer(error)) outage.answered();
      throw error;
    }
    failingSince ??= sentAt;
    outage.failed();
    const isInTime = clock.now() - failingSince < max_retry_seconds * 1000;
    if (max_retries > 0 && isInTime && outage.isSuspected(sentAt) && (await outage.waitOut(error)))
      throw new OutageOverError();
    if (retriesLeft === 0) throw lastOf(error, outage);
    return error;
  };

  const repeated = (): Promise<T> =>
    pRetry(attempt, {
      retries: max_retries,
      // The waits go by the run's own clock.
      minTimeout: 0,
      signal,
      onFailedAttempt: async ({ error, retriesConsumed, retriesLeft }) => {
        onRetry(await examine(error, retriesLeft), retriesConsumed + 1);
        const waitMs = Math.min(firstWaitMs * 2 ** retriesConsumed * (1 + random()), LONGEST_WAIT_MS);
        options.onWait?.('retry', clock.now() + waitMs);
        await clock.sleep(waitMs, signal);
      },
    });

  for (;;) {
    try {
      return await repeated();
    } catch (error) {
      if (!(error instanceof OutageOverError)) throw error;
    }
  }
};

/**
 * The last error. If the server has never answered, all other requests will fail too, so the run ends with one message.
 */
const lastOf = (error: ApiError, outage: Outage): ApiError =>
  error.status === null && !outage.wasReached()
    ? new UnreachableError(error.message.slice(error.request.length + 2), {
        request: error.request,
        cause: error,
      })
    : error;
