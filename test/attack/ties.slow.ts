import { describe, expect, test } from 'vitest';
import { crossTie, TIED } from './ties.ts';

describe.each([
  ['fifty thousand, as documented', 50_000, {}],
  // It is read again until no row can be missing.
  ['twelve thousand in another order each time', 12_000, { unstableTies: true }],
  ['fifty thousand if _skip reaches only 1,000', 50_000, { maxSkip: { '*': 1_000 } }],
  [
    'fifty thousand if filters are exact to the second',
    50_000,
    { filterGrain: 'second', searchGrain: 'second' },
  ],
] as const)('%s', (_, count, behaviour) => {
  test.each(TIED)('%s of one microsecond all come out, or the stream is named', async (kind) => {
    const { first, missing, requests } = await crossTie(kind, count, behaviour);

    process.stderr.write(`${kind}: ${requests} requests, ${JSON.stringify(first.failures)}\n`);
    expect(missing).toEqual([]);
    // A cursor reaches 10,000 leads with the same dates, and the list 35,000. If there are more, the run must say so.
    const reachable = (kind !== 'leads' || count < 35_000) && !('maxSkip' in behaviour);
    expect(first.failures.map(({ stream }) => stream)).toEqual(reachable ? [] : expect.anything());
    if (kind === 'leads' && !reachable) expect(first.failures).toHaveLength(1);
  });
});
