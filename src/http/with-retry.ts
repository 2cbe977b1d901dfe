import pRetry from 'p-retry';
import { ApiError } from '../errors.ts';

export interface RetryOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds before the first of them; doubles each time, with jitter. */
  readonly firstWaitMs: number;
  readonly signal: AbortSignal;
  readonly onRetry: (error: ApiError, attempt: number) => void;
}

const LONGEST_WAIT_MS = 60_000;

/** Runs a read again for as long as its failure may pass; every other error goes up at once. */
export const withRetry = <T>(read: () => Promise<T>, options: RetryOptions): Promise<T> =>
  pRetry(read, {
    retries: options.retries,
    factor: 2,
    minTimeout: options.firstWaitMs,
    maxTimeout: LONGEST_WAIT_MS,
    randomize: true,
    signal: options.signal,
    shouldRetry: ({ error }) => error instanceof ApiError && error.retriable,
    onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
      if (error instanceof ApiError && error.retriable && retriesLeft > 0) {
        options.onRetry(error, attemptNumber);
      }
    },
  });
