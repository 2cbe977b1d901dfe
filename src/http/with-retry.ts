import type { Clock } from '../clock.ts';
import { ApiError, UnreachableError } from '../errors.ts';
import type { Outage } from './outage.ts';

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
}

const LONGEST_WAIT_MS = 60_000;

const mayPass = (error: unknown): error is ApiError => error instanceof ApiError && error.retriable;

/** Whether the server has answered, though maybe with a refusal. */
const isAnswer = (error: unknown): boolean => error instanceof ApiError && error.status !== null;

/**
 * Repeats a read for as long as its failure may pass; every other error goes up at once. What fails while nothing else
 * is answered either costs no repetition: the outage is waited out, and then the read begins afresh.
 */
export const withRetry = async <T>(read: () => Promise<T>, options: RetryOptions): Promise<T> => {
  const { retries, firstWaitMs, longestMs, clock, random, signal, outage, onRetry } = options;
  let failures = 0;
  let failingSince: number | null = null;
  for (;;) {
    await outage.over();
    const sentAt = clock.now();
    try {
      const result = await read();
      outage.answered();
      return result;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!mayPass(error)) {
        if (isAnswer(error)) outage.answered();
        throw error;
      }
      failures += 1;
      failingSince ??= sentAt;
      outage.failed();
      const isInTime = clock.now() - failingSince < longestMs;
      if (retries > 0 && isInTime && outage.isSuspected(sentAt) && (await outage.waitOut(error))) {
        failures = 0;
        continue;
      }
      if (failures > retries) throw lastOf(error, outage);
      onRetry(error, failures);
      const waitMs = firstWaitMs * 2 ** (failures - 1) * (1 + random());
      await clock.sleep(Math.min(waitMs, LONGEST_WAIT_MS), signal);
    }
  }
};

/** Where nothing was ever answered, every other request will fail as well: the run ends with one message. */
const lastOf = (error: ApiError, outage: Outage): ApiError =>
  error.status === null && !outage.wasReached()
    ? new UnreachableError(error.message.slice(error.request.length + 2), {
        request: error.request,
        cause: error,
      })
    : error;
