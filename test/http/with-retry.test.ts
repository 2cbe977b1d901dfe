import { describe, expect, test } from 'vitest';
import { ApiError, AuthenticationError, ProtocolError } from '../../src/errors.ts';
import { withRetry } from '../../src/http/with-retry.ts';

const passing = new ApiError('503', { request: 'GET /lead/', status: 503, retriable: true });

/** Fails with each of the errors in turn, and then succeeds; counts how often it was asked. */
const arrange = (errors: readonly unknown[], retries = 3) => {
  const controller = new AbortController();
  const told: number[] = [];
  let attempts = 0;
  const run = () =>
    withRetry(
      async () => {
        attempts += 1;
        if (attempts <= errors.length) throw errors[attempts - 1];
        return 'read';
      },
      { retries, firstWaitMs: 1, signal: controller.signal, onRetry: (_, attempt) => told.push(attempt) },
    );
  return { controller, told, run, attempts: () => attempts };
};

describe('withRetry', () => {
  test('reads again until it succeeds, and tells of each time', async () => {
    const { run, told, attempts } = arrange([passing, passing]);

    const result = await run();

    expect(result).toBe('read');
    expect(attempts()).toBe(3);
    expect(told).toEqual([1, 2]);
  });

  test('gives up after so many attempts, with the last error', async () => {
    const last = new ApiError('502', { request: 'GET /lead/', status: 502, retriable: true });
    const { run, told, attempts } = arrange([passing, passing, passing, last, passing]);

    await expect(run()).rejects.toBe(last);

    expect(attempts()).toBe(4);
    expect(told).toEqual([1, 2, 3]);
  });

  test('tries once where no retries are wanted, without announcing any', async () => {
    const { run, told, attempts } = arrange([passing], 0);

    await expect(run()).rejects.toBe(passing);

    expect(attempts()).toBe(1);
    expect(told).toEqual([]);
  });

  test.each([
    new ApiError('400', { request: 'GET /lead/', status: 400 }),
    new AuthenticationError('401', { request: 'GET /lead/', status: 401 }),
    new ApiError('429 for 300 s', { request: 'GET /lead/', status: 429 }),
    new ProtocolError('the server ignored the filter'),
    new TypeError('a bug'),
    new TypeError('fetch failed'),
  ])('lets %s go up at once', async (error) => {
    const { run, told, attempts } = arrange([error]);

    await expect(run()).rejects.toBe(error);

    expect(attempts()).toBe(1);
    expect(told).toEqual([]);
  });

  test('stops waiting when the run ends, with its reason', async () => {
    const { controller } = arrange([]);
    const reason = new Error('stopped');
    const waiting = withRetry(() => Promise.reject(passing), {
      retries: 5,
      firstWaitMs: 3_600_000,
      signal: controller.signal,
      onRetry: () => setImmediate(() => controller.abort(reason)),
    });

    await expect(waiting).rejects.toBe(reason);
  });
});
