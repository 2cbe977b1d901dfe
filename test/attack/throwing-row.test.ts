import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damageOf, world } from './throwing-row.ts';

test('whatever row throws, no state covers a row that did not come out, and the next run brings it', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      expect(await damageOf(given)).toEqual([]);
    }),
    { numRuns: 10 },
  );
}, 300_000);
