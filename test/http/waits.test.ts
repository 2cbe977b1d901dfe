import { expect, test } from 'vitest';
import { createClient } from '../../src/http/client.ts';
import type { Reply } from '../../src/http/request.ts';
import { createTally } from '../../src/http/tally.ts';
import { recordedLog } from './recorded-log.ts';
import { createVirtualClock } from './virtual-clock.ts';

const OK: Reply = { status: 200, headers: {}, text: '{}' };
const DOWN: Reply = { status: 503, headers: {}, text: '' };
const REFUSED: Reply = { status: 429, headers: { 'retry-after': '5' }, text: '{}' };

/** The reasons for which a client waited, with seconds, while a server answered its one request in these ways. */
const waitsOf = async (answers: readonly Reply[], isDown: (path: string) => boolean = () => false) => {
  const clock = createVirtualClock();
  const tally = createTally(clock);
  const left = [...answers];
  const client = createClient({
    transport: async ({ path }) => ({ ...(isDown(path) ? DOWN : (left.shift() ?? OK)) }),
    clock,
    log: recordedLog(),
    signal: new AbortController().signal,
    max_concurrency: 4,
    rate_limit_share: 1,
    max_retries: 3,
    max_retry_seconds: 60,
    probe: { method: 'GET', path: '/me/' },
    random: () => 0,
    onRequest: tally.onRequest,
    onWait: tally.onWait,
  });
  await clock.until(client.fetch({ method: 'GET', path: '/lead/', stream: 'leads' }, () => {}));
  return {
    requests: tally.requests('leads'),
    rateLimit: Math.round(tally.waitedMs('rate limit') / 1000),
    retry: tally.waitedMs('retry') / 1000,
    outage: tally.waitedMs('outage') / 1000,
  };
};

test('a request that is answered waits for nothing', async () => {
  expect(await waitsOf([OK])).toEqual({ requests: 1, rateLimit: 0, retry: 0, outage: 0 });
});

test('a 429 is a wait for the rate limit', async () => {
  expect(await waitsOf([REFUSED, OK])).toEqual({ requests: 2, rateLimit: 5, retry: 0, outage: 0 });
});

test('a repetition is a wait for a retry', async () => {
  expect(await waitsOf([DOWN, OK])).toEqual({ requests: 2, rateLimit: 0, retry: 0.5, outage: 0 });
});

test('a server that answers nothing is a wait for an outage', async () => {
  let probes = 0;
  const waits = await waitsOf([DOWN, DOWN, OK], (path) => {
    if (path === '/me/') probes += 1;
    return path === '/me/' && probes < 4;
  });

  expect(waits).toMatchObject({ retry: 0.5, outage: 7 });
});
