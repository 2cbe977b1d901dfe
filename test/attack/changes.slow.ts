import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damageOf, world } from './changing-account.ts';

/** `ATTACK_RUNS=5000 npm run test:attack changes` sets how many runs there are. */
const RUNS = Number(process.env.ATTACK_RUNS ?? 600);

test(`${RUNS} accounts that change between any two requests lose nothing, and nothing old remains`, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      expect(await damageOf(given)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
