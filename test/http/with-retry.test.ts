import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  FinalError,
  PassingError,
  ProtocolError,
  RefusedError,
  UnreachableError,
} from '../../src/errors.ts';
import { createOutage } from '../../src/http/outage.ts';
import { withRetry } from '../../src/http/with-retry.ts';
import { recordedLog } from './recorded-log.ts';
import { createVirtualClock } from './virtual-clock.ts';

const passing = new PassingError('503', { request: 'GET /lead/', status: 503 });

/**
 * A read that fails with each of the errors in turn and then succeeds. It counts its calls. Outages are not waited out.
 */
const arrange = (errors: readonly unknown[], max_retries = 3) => {
  const controller = new AbortController();
  const clock = createVirtualClock();
  const announced: number[] = [];
  let attempts = 0;
  const { signal } = controller;
  const outage = createOutage({
    clock,
    log: recordedLog(),
    signal,
    max_retry_seconds: 0,
    probe: async () => {},
  });
  const running = async () =>
    withRetry(
      async () => {
        attempts += 1;
        if (attempts <= errors.length) throw errors[attempts - 1];
        return 'read';
      },
      {
        max_retries,
        firstWaitMs: 500,
        max_retry_seconds: 0,
        clock,
        random: () => 0,
        signal,
        outage,
        onRetry: (_, repetition) => announced.push(repetition),
      },
    );
  const run = () => clock.until(running());
  return { clock, controller, announced, run, attempts: () => attempts };
};

describe('withRetry', () => {
  test('reads again until it succeeds, and reports each time', async () => {
    const { run, announced, attempts } = arrange([passing, passing]);

    const result = await run();

    expect(result).toBe('read');
    expect(attempts()).toBe(3);
    expect(announced).toEqual([1, 2]);
  });

  test('gives up after so many attempts, with the last error', async () => {
    const last = new PassingError('502', { request: 'GET /lead/', status: 502 });
    const { run, announced, attempts } = arrange([passing, passing, passing, last, passing]);

    await expect(run()).rejects.toBe(last);

    expect(attempts()).toBe(4);
    expect(announced).toEqual([1, 2, 3]);
  });

  test('tries only once if no retries are wanted, and announces none', async () => {
    const { run, announced, attempts } = arrange([passing], 0);

    await expect(run()).rejects.toBe(passing);

    expect(attempts()).toBe(1);
    expect(announced).toEqual([]);
  });

  test.each([
    new RefusedError('400', { request: 'GET /lead/', status: 400 }),
    new AuthenticationError('401', { request: 'GET /lead/', status: 401 }),
    new FinalError('429 for 300 s', { request: 'GET /lead/', status: 429 }),
    new ProtocolError('the server ignored the filter'),
    new TypeError('a bug'),
    new TypeError('fetch failed'),
  ])('lets %s go up at once', async (error) => {
    const { run, announced, attempts } = arrange([error]);

    await expect(run()).rejects.toBe(error);

    expect(attempts()).toBe(1);
    expect(announced).toEqual([]);
  });

  test('waits twice as long each time, up to a minute', async () => {
    const { clock, run } = arrange(Array(9).fill(passing), 9);
    const from = clock.now();

    await run();

    expect((clock.now() - from) / 1000).toBe(0.5 + 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60);
  });

  test('stops waiting when the run ends, with its reason', async () => {
    const { clock, controller, run } = arrange([passing]);
    const reason = new Error('stopped');

    const waiting = run();
    clock.sleep(100).then(
      () => controller.abort(reason),
      () => {},
    );

    await expect(waiting).rejects.toBe(reason);
  });

  test('ends the run with one message if there was never an answer', async () => {
    const refused = new PassingError('connect ECONNREFUSED', { request: 'GET /lead/' });
    const { run } = arrange(Array(4).fill(refused));

    const error: unknown = await run().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ message: 'GET /lead/: connect ECONNREFUSED', cause: refused });
  });
});
