import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { ApiRequest, Reply } from '../../src/http/request.ts';
import { withRateLimit } from '../../src/http/with-rate-limit.ts';
import { createVirtualClock } from './virtual-clock.ts';

const OK: Reply = { status: 200, headers: {}, text: '{}' };
const refusal = (headers: Reply['headers'] = {}, text = ''): Reply => ({ status: 429, headers, text });

const lead = { method: 'GET', path: '/lead/' } as const;
const task = { method: 'GET', path: '/task/' } as const;
const search = { method: 'POST', path: '/data/search/' } as const;

/** The layer with its own clock, and a server that is a function. */
const arrange = (serve: (request: ApiRequest) => Promise<Reply> | Reply) => {
  const clock = createVirtualClock();
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const refused: string[] = [];
  const asked: string[] = [];
  const stated: string[] = [];
  const send = withRateLimit({
    clock,
    signal: controller.signal,
    max_concurrency: 16,
    rate_limit_share: 1,
    random: () => 0,
    throttledEarly: [search.path],
    onLimits: ({ path }, limits) => stated.push(...limits.map(({ remaining }) => `${path} ${remaining}`)),
    onRefused: ({ path }, waitMs) => refused.push(`${path} ${waitMs}`),
  })(async (request) => {
    asked.push(`${request.method} ${request.path}`);
    return serve(request);
  });
  return {
    clock,
    controller,
    refused,
    asked,
    stated,
    send: (request: ApiRequest) => send(request, controller.signal),
  };
};

const never = () => new Promise<Reply>(() => {});

describe('withRateLimit', () => {
  test('asks again when the time that a refusal names is over', async () => {
    const replies = [refusal({ 'retry-after': '3' }), OK];
    const { clock, send, refused, asked } = arrange(() => replies.shift() ?? OK);
    const start = clock.now();

    const reply = await clock.until(send(lead));

    expect(reply).toBe(OK);
    expect(asked).toHaveLength(2);
    expect(refused).toEqual(['/lead/ 3000']);
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_000);
    expect(clock.now() - start).toBeLessThan(3_200);
  });

  test.each([
    ['no time at all', refusal(), '/lead/ 500'],
    ['far too much time', refusal({ 'retry-after': '86400' }), '/lead/ 120000'],
  ])('waits a sensible time after a refusal that names %s', async (_, first, waits) => {
    const replies = [first, OK];
    const { clock, send, refused } = arrange(() => replies.shift() ?? OK);

    await clock.until(send(lead));

    expect(refused).toEqual([waits]);
  });

  test('waits twice as long each time, up to 16 seconds, after refusals that name no time', async () => {
    const replies = Array.from({ length: 8 }, () => refusal());
    const { clock, send, refused } = arrange(() => replies.shift() ?? OK);

    await clock.until(send(lead));

    expect(refused).toEqual(
      [500, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000].map((ms) => `/lead/ ${ms}`),
    );
  });

  test('sends a single request to find out whether a server that names no time accepts again', async () => {
    const { clock, send, asked } = arrange(() => refusal());
    for (let index = 0; index < 20; index += 1) send(lead).catch(() => {});
    await clock.advance(100);
    const atFirst = asked.length;

    await clock.advance(3_000);

    expect(atFirst).toBe(8);
    expect(asked.length - atFirst).toBe(2);
  });

  test('gives up on a group that is refused everything for minutes, by time and not by attempts', async () => {
    const { clock, send, asked } = arrange(() => refusal({ 'retry-after': '1' }));
    const start = clock.now();

    const sending = clock.until(send(lead));

    await expect(sending).rejects.toMatchObject({
      message: 'GET /lead/: 429 Too Many Requests for 300 s without a break',
      status: 429,
      name: 'FinalError',
    });
    expect(clock.now() - start).toBeGreaterThan(300_000);
    expect(clock.now() - start).toBeLessThan(310_000);
    expect(asked.length).toBeGreaterThan(200);
  });

  test('does not give up while other requests of the group are accepted', async () => {
    let count = 0;
    const { clock, send } = arrange(({ query }) => {
      count += 1;
      if (query?.unlucky) return count > 1_500 ? OK : refusal({ 'retry-after': '1' });
      return OK;
    });
    const unlucky = send({ ...lead, query: { unlucky: 'yes' } });
    const start = clock.now();

    const lucky = async (): Promise<void> => {
      while (clock.now() - start < 400_000) {
        await send(lead);
        await clock.sleep(5_000);
      }
    };
    await clock.until(lucky());
    count = 2_000;

    expect(await clock.until(unlucky)).toBe(OK);
  });

  test('keeps groups apart: a refusal of one does not stop the other', async () => {
    const { clock, send } = arrange(({ path }) =>
      path === '/lead/' ? refusal({ 'retry-after': '60' }) : OK,
    );
    const start = clock.now();
    const held = send(lead);
    held.catch(() => {});
    await clock.advance(0);

    const reply = await clock.until(send(task));

    expect(reply).toBe(OK);
    expect(clock.now()).toBe(start);
  });

  test('counts all paths with the same first part as one group', async () => {
    const { clock, send, asked } = arrange(() => refusal({ 'retry-after': '60' }));
    send({ method: 'GET', path: '/activity/call/' }).catch(() => {});
    await clock.advance(0);

    send({ method: 'GET', path: '/activity/' }).catch(() => {});
    send({ method: 'GET', path: '/activity/status_change/lead/' }).catch(() => {});
    await clock.advance(50_000);

    expect(asked).toEqual(['GET /activity/call/']);
  });

  test.each([
    ['gently with a search', search, 2],
    ['with a few of anything else', lead, 8],
  ])('begins %s', async (_, request, expected) => {
    const { clock, send, asked } = arrange(never);

    for (let index = 0; index < 20; index += 1) send(request).catch(() => {});
    await clock.advance(0);

    expect(asked).toHaveLength(expected);
  });

  test('frees the place of a request that failed', async () => {
    let count = 0;
    const { clock, send } = arrange(async () => {
      count += 1;
      if (count <= 4) throw new Error('reset');
      return OK;
    });

    const outcomes = await clock.until(Promise.allSettled(Array.from({ length: 8 }, () => send(lead))));

    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(4).fill('rejected'),
      ...Array(4).fill('fulfilled'),
    ]);
  });

  test('reports the limits that each answer states, including refusals', async () => {
    const replies = [refusal({ ratelimit: 'limit=9, remaining=0, reset=1' })];
    const accepted: Reply = { ...OK, headers: { ratelimit: 'limit=9, remaining=8, reset=1' } };
    const { clock, send, stated } = arrange(() => replies.shift() ?? accepted);

    await clock.until(send(lead));

    expect(stated).toEqual(['/lead/ 0', '/lead/ 8']);
  });

  test('passes on every other answer, including errors', async () => {
    const broken: Reply = { status: 503, headers: { 'retry-after': '9' }, text: '' };
    const { clock, send } = arrange(() => broken);

    const reply = await clock.until(send(lead));

    expect(reply).toBe(broken);
  });

  test('stops waiting when the run ends', async () => {
    const { clock, controller, send } = arrange(() => refusal({ 'retry-after': '60' }));
    const sending = send(lead);
    await clock.advance(1_000);
    const reason = new Error('stopped');

    controller.abort(reason);

    await expect(sending).rejects.toBe(reason);
  });
});
