import { describe, expect, test } from 'vitest';
import { crossTie, TIED } from './ties.ts';

const behaviours = [
  ['as documented', {}],
  [
    'with ties in another order each time, and filters that are exact to the second',
    { unstableTies: true, filterGrain: 'second' },
  ],
] as const;

describe.each(behaviours)('a thousand %s', (_, behaviour) => {
  test.each(TIED)('%s of one microsecond all come out', async (kind) => {
    const { first, missing } = await crossTie(kind, 1_000, behaviour);

    expect(first.failures).toEqual([]);
    expect(missing).toEqual([]);
  });
});

describe('if _skip reaches only 400 rows', () => {
  test.each(TIED)('twelve hundred %s of one microsecond come out, or the stream is named', async (kind) => {
    const { first, missing } = await crossTie(kind, 1_200, { maxSkip: { '*': 400 }, unstableTies: true });

    expect(missing).toEqual([]);
    for (const { stream, reason } of first.failures)
      expect([stream, reason]).toEqual([kind, expect.stringMatching(/400|skip/)]);
  });
});
