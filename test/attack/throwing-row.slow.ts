import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damageOf, world } from './throwing-row.ts';

const RUNS = Number(process.env.ATTACK_RUNS ?? 200);

test(`${RUNS} runs in which a row throws lose nothing, and nothing old remains`, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      expect(await damageOf(given)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
