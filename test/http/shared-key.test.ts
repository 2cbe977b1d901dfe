import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { withRateLimit } from '../../src/http/with-rate-limit.ts';
import {
  fixedWindow,
  type Judge,
  ratedServer,
  sequence,
  type Telling,
  tokenBucket,
} from './rated-servers.ts';
import { createVirtualClock } from './virtual-clock.ts';

const SECONDS = 60;
const PROCESSES = 4;

/** Several processes with one key, each with requests without end, for a minute of virtual time. */
const share = async (judge: Judge, telling: Telling = 'headers') => {
  const clock = createVirtualClock();
  const random = sequence(3);
  const server = ratedServer(judge, clock, () => 20 + 60 * random(), telling);
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const accepted = Array.from({ length: PROCESSES }, () => 0);
  const workers = accepted.flatMap((_, process) => {
    const send = withRateLimit({
      clock,
      signal: controller.signal,
      max_concurrency: 16,
      rate_limit_share: 0.9,
      random,
      onLimits: () => {},
      onRefused: () => {},
    })(server.send);
    return Array.from({ length: 16 }, async () => {
      for (;;) {
        await send({ method: 'GET', path: '/activity/' }, controller.signal);
        accepted[process] = (accepted[process] ?? 0) + 1;
      }
    });
  });
  const ended = Promise.allSettled(workers);
  await clock.advance(SECONDS * 1000);
  controller.abort();
  await clock.until(ended);
  const { refused } = server.tally;
  return { accepted, refused, all: server.tally.accepted + refused };
};

test.each([
  ['windows', fixedWindow(60, 1000), 60],
  ['a bucket', tokenBucket(60, 60, 'full'), 60],
])(
  'processes that use one key under %s are nearly never refused, leave little unused, and get a fair part',
  async (_, judge, perSecond) => {
    const { accepted, refused, all } = await share(judge);

    expect(refused / all).toBeLessThan(0.05);
    expect(all - refused).toBeGreaterThan(0.7 * perSecond * SECONDS);
    for (const part of accepted) expect(part / (all - refused)).toBeGreaterThan(0.5 / PROCESSES);
  },
);

test.each([
  ['windows', 'retry-after', fixedWindow(60, 1000)],
  ['windows', 'nothing', fixedWindow(60, 1000)],
  ['a bucket', 'retry-after', tokenBucket(60, 60, 'full')],
  ['a bucket', 'nothing', tokenBucket(60, 60, 'full')],
] as const)(
  'processes that use one key under %s, with a server that states %s, are refused more often, and each still gets a part',
  async (_, telling, judge) => {
    const { accepted, refused, all } = await share(judge, telling);

    expect(refused / all).toBeLessThan(0.08);
    expect(all - refused).toBeGreaterThan(0.7 * 60 * SECONDS);
    for (const part of accepted) expect(part / (all - refused)).toBeGreaterThan(0.2 / PROCESSES);
  },
);
