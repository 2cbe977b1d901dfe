import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damageOf, world } from './changing-account.ts';

test('whatever changes between two requests, a run loses nothing, and after the next one nothing old remains', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      expect(await damageOf(given)).toEqual([]);
    }),
    { numRuns: 8 },
  );
}, 300_000);
