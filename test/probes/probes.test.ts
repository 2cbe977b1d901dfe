import { afterEach, describe, expect, test } from 'vitest';
import { probes } from '../../src/probes/index.ts';
import { allHolds, MOST_REQUESTS, type Probed } from '../../src/probes/run-probes.ts';
import { type Account, busyAccount, quietAccount, restlessAccount, smallAccount } from './busy-account.ts';
import { ACCUSED, probeAccount, verdicts } from './probe-sandbox.ts';
import { type Trait, traits } from './traits.ts';

let account: Account | undefined;
afterEach(() => account?.sandbox.close());

const run = (opened: Account, trait: Partial<Trait> = {}): Promise<readonly Probed[]> => {
  account = opened;
  return probeAccount(opened, trait);
};

describe('on an account that changes at every request', () => {
  test('all that is assumed holds, and every probe can tell, with few requests', async () => {
    const probed = await run(await busyAccount({}));

    expect(verdicts(probed, [...ACCUSED, 'could not tell'])).toEqual({
      // The index has taken in everything, so its rows cannot be older.
      'search-rows': 'could not tell',
    });
    expect(account?.sandbox.requests.length).toBeLessThan(MOST_REQUESTS);
    expect(allHolds(probed, new Set(['leads', 'event_log']))).toBe(true);
  });

  test.each(traits.map((trait) => [trait.called, trait] as const))('%s', async (_, trait) => {
    const probed = await run(await busyAccount(trait.options ?? {}), trait);

    expect(verdicts(probed, ACCUSED)).toEqual(trait.found);
    expect(account?.sandbox.requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
  });

  test('there is no probe that cannot fail', () => {
    const found = new Set(traits.flatMap((trait) => Object.keys(trait.found)));

    expect(probes.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});

describe('whatever people do meanwhile', () => {
  test.each([11, 12, 13])('nobody is accused (%i)', async (seed) => {
    const probed = await run(await restlessAccount({}, seed));

    expect(verdicts(probed, ACCUSED)).toEqual({});
  });
});

describe.each([
  ['next to nothing', quietAccount],
  ['little', smallAccount],
])('on an account in which there is %s, and nothing happens', (_, open) => {
  test.each(traits.map((trait) => [trait.called, trait] as const))(
    'nothing is called good: %s',
    async (_, trait) => {
      const probed = await run(await open({ idsInAllLists: true, ...trait.options }), trait);

      const told = verdicts(probed, ['holds', ...ACCUSED]);
      for (const [name, verdict] of Object.entries(trait.found))
        expect([verdict, undefined]).toContain(told[name]);
      expect(Object.keys(verdicts(probed, ACCUSED)).filter((name) => !(name in trait.found))).toEqual([]);
    },
  );
});
