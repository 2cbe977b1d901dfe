import { expect, test } from 'vitest';
import { restlessAccount } from '../probes/busy-account.ts';
import { ACCUSED, probeAccount, verdicts } from '../probes/probe-sandbox.ts';
import { traits } from '../probes/traits.ts';

const SEEDS = [17, 18, 19];

/** While people change the account, the probe of a defect fails or cannot tell, and no other probe fails. */
test.each(traits.map((trait) => [trait.called, trait] as const))('%s', async (_, trait) => {
  for (const seed of SEEDS) {
    const account = await restlessAccount(trait.options ?? {}, seed);
    try {
      const probed = await probeAccount(account, trait);

      expect(trait.found).toMatchObject(verdicts(probed, ACCUSED));
    } finally {
      await account.sandbox.close();
    }
  }
});
