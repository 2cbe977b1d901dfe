import { expect, test } from 'vitest';
import { createTally } from '../../src/http/tally.ts';

const request = (stream?: string) =>
  ({ method: 'GET', path: '/', ...(stream === undefined ? {} : { stream }) }) as const;

test('requests are counted by stream, and those for no stream by themselves', () => {
  const tally = createTally({ now: () => 0 });

  for (const stream of ['leads', 'tasks', 'leads', undefined]) tally.onRequest(request(stream));

  expect(['leads', 'tasks', 'users', undefined].map((name) => tally.requests(name))).toEqual([2, 1, 0, 1]);
  expect(tally.allRequests()).toBe(4);
});

test('waits at the same time count once, by reason and in all', () => {
  let now = 0;
  const tally = createTally({ now: () => now });

  tally.onWait('rate limit', 1000);
  now = 500;
  tally.onWait('rate limit', 1500);
  tally.onWait('rate limit', 600);
  tally.onWait('retry', 2000);
  now = 10_000;
  tally.onWait('outage', 11_000);
  now = 12_000;

  expect(tally.waitedMs('rate limit')).toBe(1500);
  expect(tally.waitedMs('retry')).toBe(1500);
  expect(tally.waitedMs('outage')).toBe(1000);
  expect(tally.waitedMs()).toBe(3000);
});

test('if the run ends during a wait, only the past of the wait counts', () => {
  let now = 0;
  const tally = createTally({ now: () => now });

  tally.onWait('rate limit', 60_000);
  now = 5000;

  expect(tally.waitedMs()).toBe(5000);
});
