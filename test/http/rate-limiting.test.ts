import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withRateLimit } from '../../src/http/with-rate-limit.ts';
import { fixedWindow, type Judge, ratedServer, sequence, tokenBucket } from './rated-servers.ts';
import { createVirtualClock } from './virtual-clock.ts';

const SECONDS = 60;
const MAX_CONCURRENCY = 16;

interface Trial {
  readonly judge: Judge;
  /** What the server accepts of a steady flow. */
  readonly perSecond: number;
  readonly share: number;
  readonly latencyMs: readonly [number, number];
  readonly seed: number;
}

/** More workers than may be let through, always with one more request, for a minute of virtual time. */
const flood = async ({ judge, share, latencyMs: [from, to], seed }: Trial) => {
  const clock = createVirtualClock();
  const random = sequence(seed);
  const server = ratedServer(judge, clock, () => from + (to - from) * random());
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let episodes = 0;
  const send = withRateLimit({
    clock,
    signal: controller.signal,
    maxConcurrency: MAX_CONCURRENCY,
    share,
    random,
    onLimits: () => {},
    onRefused: () => {
      episodes += 1;
    },
  })(server.send);
  const worker = async (): Promise<void> => {
    while (!controller.signal.aborted) await send({ method: 'GET', path: '/lead/' }, controller.signal);
  };

  const workers = Array.from({ length: 2 * MAX_CONCURRENCY }, () => worker().catch(() => {}));
  await clock.advance(SECONDS * 1000);
  controller.abort();
  await clock.until(Promise.all(workers));
  expect(episodes).toBeLessThanOrEqual(server.tally.refused);
  return server.tally;
};

const latencyMs = fc
  .tuple(fc.integer({ min: 10, max: 150 }), fc.integer({ min: 0, max: 150 }))
  .map(([from, spread]) => [from, from + spread] as const);

const trialOf = (judges: fc.Arbitrary<Pick<Trial, 'judge' | 'perSecond'>>): fc.Arbitrary<Trial> =>
  fc
    .record({ share: fc.constantFrom(1, 0.8), latencyMs, seed: fc.nat(), judged: judges })
    .map(({ judged, ...rest }) => ({ ...rest, ...judged }));

const servers: Readonly<Record<string, fc.Arbitrary<Trial>>> = {
  'windows of fixed length': trialOf(
    fc
      .record({ limit: fc.integer({ min: 20, max: 300 }), seconds: fc.constantFrom(1, 2, 5, 8, 15) })
      .map(({ limit, seconds }) => ({
        judge: fixedWindow(limit, seconds * 1000),
        perSecond: limit / seconds,
      })),
  ),
  ...Object.fromEntries(
    (['full', 'next'] as const).map((reset) => [
      `a bucket whose reset tells when it is ${reset === 'full' ? 'full' : 'no longer empty'}`,
      trialOf(
        fc
          .record({ perSecond: fc.integer({ min: 10, max: 100 }), burst: fc.constantFrom(1, 2, 8) })
          .map(({ perSecond, burst }) => ({
            judge: tokenBucket(perSecond, perSecond * burst, reset),
            perSecond,
          })),
      ),
    ]),
  ),
};

describe.each(Object.entries(servers))('a server with %s', (_, trials) => {
  test('refuses next to nothing, and is used for nearly all that it allows', async () => {
    await fc.assert(
      fc.asyncProperty(trials, async (trial) => {
        const { accepted, refused, mostUnderWay } = await flood(trial);
        const slowest = trial.latencyMs[1] / 1000;
        const possible = Math.min(trial.perSecond * trial.share, MAX_CONCURRENCY / slowest) * SECONDS;

        expect(mostUnderWay).toBeLessThanOrEqual(MAX_CONCURRENCY);
        expect(Math.max(0, refused - 1) / (accepted + refused)).toBeLessThan(0.01);
        expect(accepted / possible).toBeGreaterThan(0.8);
      }),
      { numRuns: 25 },
    );
  });
});

test('of each window, the share of others is left untouched', async () => {
  const trial = {
    judge: fixedWindow(100, 5_000),
    perSecond: 20,
    share: 0.5,
    latencyMs: [20, 80],
    seed: 1,
  } as const;

  const { accepted, refused } = await flood(trial);

  expect(refused).toBe(0);
  expect(accepted).toBeLessThanOrEqual(trial.perSecond * trial.share * SECONDS);
});
