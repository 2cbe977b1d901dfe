import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damageOf, world } from './throwing-row.ts';

test('whichever row throws, no state covers a row that was not written, and the next run writes it', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      expect(await damageOf(given)).toEqual([]);
    }),
    { numRuns: 6 },
  );
}, 300_000);
