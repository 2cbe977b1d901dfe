import { describe, expect, test } from 'vitest';
import { crossTie, TIED } from './ties.ts';

describe.each([
  ['fifty thousand, as documented', 50_000, {}],
  // Read again and again until every place is accounted for.
  ['twelve thousand in another order each time', 12_000, { unstableTies: true }],
  ['fifty thousand where _skip goes no further than 1 000', 50_000, { maxSkip: { '*': 1_000 } }],
  [
    'fifty thousand where filters know whole seconds',
    50_000,
    { filterGrain: 'second', searchGrain: 'second' },
  ],
] as const)('%s', (_, count, behaviour) => {
  test.each(TIED)('%s of one microsecond all come out, or the stream is named', async (kind) => {
    const { first, missing, requests } = await crossTie(kind, count, behaviour);

    process.stderr.write(`${kind}: ${requests} requests, ${JSON.stringify(first.failures)}\n`);
    expect(missing).toEqual([]);
    // Of leads that are alike in both dates a cursor reaches 10 000, and the list 35 000: more are told, not hidden.
    const reachable = (kind !== 'leads' || count < 35_000) && !('maxSkip' in behaviour);
    expect(first.failures.map(({ stream }) => stream)).toEqual(reachable ? [] : expect.anything());
    if (kind === 'leads' && !reachable) expect(first.failures).toHaveLength(1);
  });
});
