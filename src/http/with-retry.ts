import pRetry from 'p-retry';
import type { Clock } from '../clock.ts';
import { ApiError, UnreachableError } from '../errors.ts';
import type { Outage } from './outage.ts';
import type { OnWait } from './tally.ts';

export interface RetryOptions {
  /** How often a request that fails alone is repeated. */
  readonly retries: number;
  /** Milliseconds before the first repetition; doubles each time, with jitter. */
  readonly firstWaitMs: number;
  /** How long one request may go on failing from outage to outage. */
  readonly longestMs: number;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly outage: Outage;
  readonly onRetry: (error: ApiError, repetition: number) => void;
  readonly onWait?: OnWait;
}

const LONGEST_WAIT_MS = 60_000;

const mayPass = (error: unknown): error is ApiError => error instanceof ApiError && error.retriable;

/** Whether the server has answered, though maybe with a refusal. */
const isAnswer = (error: unknown): boolean => error instanceof ApiError && error.status !== null;

/**
 * Repeats a read for as long as its failure may pass; every other error goes up at once. What fails while nothing else
 * is answered either costs no repetition: the outage is waited out, and then the read begins afresh.
 */
export const withRetry = <T>(read: () => Promise<T>, options: RetryOptions): Promise<T> => {
  const { retries, firstWaitMs, longestMs, clock, random, signal, outage, onRetry } = options;
  let sentAt = clock.now();
  let failingSince: number | null = null;
  let wasOutage = false;

  const attempt = async (): Promise<T> => {
    await outage.over();
    sentAt = clock.now();
    const result = await read();
    outage.answered();
    return result;
  };

  const examine = async (error: Error): Promise<void> => {
    if (signal.aborted) throw signal.reason;
    if (!mayPass(error)) {
      if (isAnswer(error)) outage.answered();
      throw error;
    }
    failingSince ??= sentAt;
    outage.failed();
    const isInTime = clock.now() - failingSince < longestMs;
    wasOutage = retries > 0 && isInTime && outage.isSuspected(sentAt) && (await outage.waitOut(error));
  };

  return pRetry(attempt, {
    retries,
    // The waits below go by the run's own clock.
    minTimeout: 0,
    signal,
    onFailedAttempt: async ({ error, retriesConsumed, retriesLeft }) => {
      await examine(error);
      if (wasOutage || !mayPass(error)) return;
      if (retriesLeft === 0) throw lastOf(error, outage);
      onRetry(error, retriesConsumed + 1);
      const waitMs = Math.min(firstWaitMs * 2 ** retriesConsumed * (1 + random()), LONGEST_WAIT_MS);
      options.onWait?.('retry', clock.now() + waitMs);
      await clock.sleep(waitMs, signal);
    },
    shouldConsumeRetry: () => !wasOutage,
  });
};

/** Where nothing was ever answered, every other request will fail as well: the run ends with one message. */
const lastOf = (error: ApiError, outage: Outage): ApiError =>
  error.status === null && !outage.wasReached()
    ? new UnreachableError(error.message.slice(error.request.length + 2), {
        request: error.request,
        cause: error,
      })
    : error;
