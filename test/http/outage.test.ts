import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ApiError, PassingError, UnreachableError } from '../../src/errors.ts';
import { createClient } from '../../src/http/client.ts';
import type { ApiRequest, Reply } from '../../src/http/request.ts';
import { recordedLog } from './recorded-log.ts';
import { createVirtualClock } from './virtual-clock.ts';

const OK: Reply = { status: 200, headers: {}, text: '{}' };
const DOWN: Reply = { status: 503, headers: {}, text: '' };
const MINUTE_MS = 60_000;

/** Stands for a lost connection. */
const lost = new PassingError('read ECONNRESET', { request: 'GET /lead/' });

/** A client with its own clock, and a server whose answers are a function of the time. */
const arrange = (serve: (atMs: number, request: ApiRequest) => Reply, max_retry_seconds = 15 * 60) => {
  const clock = createVirtualClock();
  const from = clock.now();
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const log = recordedLog();
  const sent: { readonly at: number; readonly path: string }[] = [];
  const client = createClient({
    transport: async (request) => {
      await clock.sleep(100);
      sent.push({ at: clock.now() - from, path: request.path });
      return { ...serve(clock.now() - from, request) };
    },
    clock,
    log,
    signal: controller.signal,
    max_concurrency: 24,
    rate_limit_share: 1,
    max_retries: 5,
    max_retry_seconds,
    probe: { method: 'GET', path: '/me/' },
    random: () => 0,
  });
  const read = (path = '/lead/', times = 1): Promise<void> =>
    Array.from({ length: times }).reduce<Promise<void>>(
      (before) => before.then(() => client.fetch({ method: 'GET', path }, () => {})),
      Promise.resolve(),
    );
  const said = () => log.lines.filter((line) => !line.startsWith('debug'));
  return { clock, controller, client, read, said, sent, elapsed: () => clock.now() - from };
};

/** Workers side by side, each with its own path and many pages. */
const workers = (read: (path: string, times: number) => Promise<void>, pages = 200) =>
  Promise.all(Array.from({ length: 24 }, (_, worker) => read(`/table_${worker}/`, pages)));

describe('an outage', () => {
  const during = (from: number, to: number) => (at: number) => (at >= from && at < to ? DOWN : OK);

  test('of ten minutes is waited out by 24 requests side by side, with few probes and few messages', async () => {
    const { clock, read, said, sent } = arrange(during(5_000, 5_000 + 10 * MINUTE_MS));

    await clock.until(workers(read));

    const inOutage = sent.filter(({ at }) => at > 10_000 && at < 5_000 + 10 * MINUTE_MS);
    expect(sent.filter(({ at }) => at >= 5_000 && at <= 10_000).length).toBeLessThan(60);
    expect(inOutage.length).toBeLessThan(30);
    expect(new Set(inOutage.map(({ path }) => path))).toEqual(new Set(['/me/']));
    expect(said().length).toBeLessThan(12);
    expect(said()).toContainEqual(
      expect.stringMatching(
        /^warning: Close does not answer \(GET \/table_\d+\/: 503\); waiting up to 900 s/,
      ),
    );
    expect(said()).toContainEqual(
      expect.stringMatching(/^warning: Close has not answered for \d+ s .*; still waiting$/),
    );
    expect(said().at(-1)).toMatch(/^info: Close answers again, after 6\d\d s$/);
  });

  test('is waited out by a single request, also from the first request of the run on', async () => {
    const { clock, read, elapsed } = arrange(during(0, 10 * MINUTE_MS));

    await clock.until(read());

    expect(elapsed()).toBeGreaterThan(10 * MINUTE_MS);
    expect(elapsed()).toBeLessThan(11 * MINUTE_MS);
  });

  test('in which connections are lost is waited out too, if there was an answer before', async () => {
    const { clock, read } = arrange((at) => {
      if (at > 1_000 && at < 5 * MINUTE_MS) throw lost;
      return OK;
    });

    await clock.until(workers(read, 30));
  });

  test('holds back requests that begin while it lasts', async () => {
    const { clock, read, sent } = arrange(during(1_000, 5 * MINUTE_MS));
    const before = workers(read, 30);
    await clock.advance(MINUTE_MS);
    const sentBefore = sent.length;

    const after = Promise.all(Array.from({ length: 24 }, () => read('/late/')));
    await clock.advance(3 * MINUTE_MS);

    expect(new Set(sent.slice(sentBefore).map(({ path }) => path))).toEqual(new Set(['/me/']));
    await clock.until(Promise.all([before, after]));
    expect(sent.filter(({ path }) => path === '/late/')).toHaveLength(24);
  });

  test('that comes again is waited out again', async () => {
    const { clock, read, said } = arrange((at) => (at % (8 * MINUTE_MS) > 4 * MINUTE_MS ? DOWN : OK));

    await clock.until(read('/lead/', 6_000));

    expect(said().filter((line) => line.includes('answers again')).length).toBeGreaterThan(1);
  });

  test('that lasts too long ends all requests, with one error that says so', async () => {
    const { clock, read, elapsed } = arrange(during(5_000, Number.POSITIVE_INFINITY), 3 * 60);

    const outcomes = await clock.until(
      Promise.allSettled(Array.from({ length: 24 }, () => read('/lead/', 1_000))),
    );

    const reasons = new Set(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null)),
    );
    expect(reasons.size).toBe(1);
    const [reason] = reasons;
    expect(reason).toBeInstanceOf(UnreachableError);
    expect(reason).toMatchObject({
      message: expect.stringMatching(
        /^GET \/lead\/: Close has not answered for 180 s \(GET \/me\/: 503\); the state is kept/,
      ),
    });
    expect(elapsed()).toBeGreaterThan(3 * 60);
    expect(elapsed()).toBeLessThan(3 * MINUTE_MS + 10_000);
  });

  test('is not waited out if max_retry_seconds is 0', async () => {
    const { clock, read, elapsed } = arrange(during(0, Number.POSITIVE_INFINITY), 0);

    await expect(clock.until(read())).rejects.toMatchObject({ status: 503 });

    expect(elapsed()).toBeLessThan(20_000);
  });

  test('does not keep the run from stopping', async () => {
    const { clock, controller, read } = arrange(during(0, Number.POSITIVE_INFINITY));
    const reason = new Error('stopped');
    const ended = Promise.allSettled([read(), read(), read()]);
    await clock.advance(2 * MINUTE_MS);

    controller.abort(reason);

    expect(await clock.until(ended)).toEqual(Array(3).fill({ status: 'rejected', reason }));
    expect(clock.asleep()).toBe(0);
  });
});

describe('a request that fails alone', () => {
  const poisoned = (_: number, { path }: ApiRequest) => (path === '/poisoned/' ? DOWN : OK);

  test('is given up after its repetitions, while others are answered', async () => {
    const { clock, read, elapsed, sent } = arrange(poisoned);
    const others = workers(read, 1_000).catch(() => {});

    const error: unknown = await clock.until(read('/poisoned/').catch((reason: unknown) => reason));

    expect(error).toMatchObject({ message: 'GET /poisoned/: 503', status: 503 });
    expect(error).not.toBeInstanceOf(UnreachableError);
    expect(elapsed()).toBeLessThan(20_000);
    expect(sent.filter(({ path }) => path === '/poisoned/')).toHaveLength(6);
    expect(sent.filter(({ path }) => path === '/me/')).toHaveLength(0);
    await clock.until(others);
  });

  test('is given up as soon if it is the only one left, since the server still answers', async () => {
    const { clock, read, elapsed, sent, said } = arrange(poisoned);

    await expect(clock.until(read('/poisoned/'))).rejects.toMatchObject({ status: 503 });

    expect(elapsed()).toBeLessThan(20_000);
    expect(sent.filter(({ path }) => path === '/me/').length).toBeGreaterThan(0);
    expect(said().join('\n')).not.toContain('does not answer');
  });

  test('is given up in time although the server stops and comes back all the time', async () => {
    // The server answers for a moment every ten seconds, and then only the probe.
    const { clock, read, elapsed } = arrange((at, { path }) =>
      path === '/me/' && at % 10_000 < 3_000 ? OK : DOWN,
    );

    await expect(clock.until(read())).rejects.toBeInstanceOf(ApiError);

    expect(elapsed()).toBeLessThan(20 * MINUTE_MS);
  });

  test('does not make a refused probe an outage', async () => {
    const { clock, read, elapsed } = arrange((_, { path }) =>
      path === '/me/' ? { status: 403, headers: {}, text: '' } : DOWN,
    );

    await expect(clock.until(read())).rejects.toMatchObject({ status: 503 });

    expect(elapsed()).toBeLessThan(20_000);
  });
});

test('a server that was never reached is given up after the repetitions, with one error', async () => {
  const { clock, read, elapsed, said } = arrange(() => {
    throw lost;
  });

  const outcomes = await clock.until(Promise.allSettled(Array.from({ length: 24 }, () => read())));

  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(UnreachableError) });
  }
  expect(elapsed()).toBeLessThan(20_000);
  expect(said()).toEqual(
    [1, 2, 3, 4, 5].map((time) => expect.stringContaining(`trying again (${time} of 5)`)),
  );
});
