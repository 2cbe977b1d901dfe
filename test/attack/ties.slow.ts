import { describe, expect, test } from 'vitest';
import { crossTie, TIED } from './ties.ts';

describe.each([
  ['as documented', {}],
  ['in another order each time', { unstableTies: true }],
  ['where _skip goes no further than 1 000', { maxSkip: { '*': 1_000 } }],
  ['where filters know whole seconds', { filterGrain: 'second', searchGrain: 'second' }],
] as const)('fifty thousand %s', (_, behaviour) => {
  test.each(TIED)('%s of one microsecond all come out, or the stream is named', async (kind) => {
    const { first, missing, requests } = await crossTie(kind, 50_000, behaviour);

    process.stderr.write(`${kind}: ${requests} requests, ${JSON.stringify(first.failures)}\n`);
    expect(missing).toEqual([]);
    // So many leads that are alike in both dates, neither a cursor nor the list reaches: that is told, not hidden.
    const reachable = kind !== 'leads' && !('maxSkip' in behaviour);
    expect(first.failures.map(({ stream }) => stream)).toEqual(reachable ? [] : expect.anything());
    if (kind === 'leads') expect(first.failures).toHaveLength(1);
  });
});
