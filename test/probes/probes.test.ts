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
  test('every assumption holds, and every probe but one finds an answer, with few requests', async () => {
    const probed = await run(await busyAccount({}));

    expect(verdicts(probed, [...ACCUSED, 'could not tell'])).toEqual({
      // The index has every change, so no row in it can be older.
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

  test('every probe fails for at least one defect', () => {
    const found = new Set(traits.flatMap((trait) => Object.keys(trait.found)));

    expect(probes.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});

describe('while people change the account in every way', () => {
  test.each([11, 12, 13])('no probe fails (seed %i)', async (seed) => {
    const probed = await run(await restlessAccount({}, seed));

    expect(verdicts(probed, ACCUSED)).toEqual({});
  });
});

describe.each([
  ['with hardly any objects', quietAccount],
  ['with few objects', smallAccount],
])('on an account %s, in which nothing changes', (_, open) => {
  test.each(traits.map((trait) => [trait.called, trait] as const))(
    'no probe that should fail says that the assumption holds: %s',
    async (_, trait) => {
      const probed = await run(await open({ idsInAllLists: true, ...trait.options }), trait);

      const decided = verdicts(probed, ['holds', ...ACCUSED]);
      for (const [name, verdict] of Object.entries(trait.found))
        expect([verdict, undefined]).toContain(decided[name]);
      expect(Object.keys(verdicts(probed, ACCUSED)).filter((name) => !(name in trait.found))).toEqual([]);
    },
  );
});
