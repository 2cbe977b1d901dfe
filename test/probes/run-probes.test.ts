import { expect, test } from 'vitest';
import { RefusedError } from '../../src/errors.ts';
import { type Finding, fails, holds, type Probe } from '../../src/probes/probe.ts';
import { allHolds, MOST_REQUESTS, runProbes } from '../../src/probes/run-probes.ts';
import type { ProbeContext } from '../../src/probes/scope.ts';
import { streams } from '../../src/streams/index.ts';

const probe = (more: Partial<Probe> & Pick<Probe, 'look'>): Probe => ({
  name: 'some-probe',
  assumes: 'Something is so',
  ifFalse: 'It is not.',
  concerns: ({ name }) => name === 'leads',
  ...more,
});

/** A Close that answers every request with an empty list, or fails. */
const contextWith = (failure: unknown = null): ProbeContext => {
  const requests: { request: { method: 'GET' | 'POST'; path: string }; status: number | null }[] = [];
  return {
    api: {
      fetch: async (request, parse) => {
        requests.push({ request, status: 200 });
        if (failure) throw failure;
        return parse({ data: [] });
      },
    },
    wire: {
      requests,
      limits: new Map(),
      clocks: () => ({ theirs: null, ours: 0 }),
      smallerPageOf: () => null,
      longestUrl: 2_000,
    },
    streams,
    selected: new Set(['leads']),
    columnsOf: () => [],
    open: () => Promise.resolve(),
    leads_overlap_seconds: 0,
    now: () => 0,
  };
};

/** Gives these findings, one for each look. */
const inTurn = (...findings: readonly Finding[]): Probe['look'] => {
  const left = [...findings];
  return async () => left.shift() ?? holds();
};

test('a probe that compares several answers fails only if it fails twice', async () => {
  const once = [fails('a row is missing'), holds()];
  const probed = await runProbes(
    [
      probe({ looksAgain: true, look: inTurn(...once) }),
      probe({ looksAgain: true, look: inTurn(fails('a row is missing'), fails('another is missing')) }),
      probe({ look: inTurn(...once) }),
    ],
    contextWith(),
  );

  expect(probed.map(({ verdict }) => verdict)).toEqual(['holds', 'does not hold', 'does not hold']);
  expect(probed[1]?.found).toBe('another is missing');
});

test('a second look does not use the answers of the first', async () => {
  const context = contextWith();
  const look: Probe['look'] = async (scope) => {
    await scope.read('/lead/');
    await scope.read('/lead/');
    return fails('something');
  };

  await runProbes([probe({ looksAgain: true, look })], context);

  expect(context.wire.requests.length).toBe(2);
});

test('never sends more requests than allowed; a probe that has none left could not tell', async () => {
  const context = contextWith();
  const greedy: Probe['look'] = async (scope) => {
    for (;;) await scope.get('/lead/');
  };

  const probed = await runProbes([probe({ look: greedy }), probe({ look: greedy })], context);

  expect(probed.map(({ verdict }) => verdict)).toEqual(['could not tell', 'could not tell']);
  expect(context.wire.requests.length).toBeGreaterThan(MOST_REQUESTS / 2);
  expect(context.wire.requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
});

test('reports an error by its status only, because its message may hold an id', async () => {
  const error = new RefusedError('403: lead_1 is not yours', { request: 'GET /lead/lead_1/', status: 403 });
  const look: Probe['look'] = async (scope) => holds(String((await scope.get('/lead/')).total));

  const [probed] = await runProbes([probe({ look })], contextWith(error));

  expect([probed?.verdict, probed?.found]).toEqual(['could not tell', 'Close answered 403']);
});

test('an assumption that is handled, or concerns no selected stream, does no harm', async () => {
  const probed = await runProbes(
    [
      probe({ handledBy: 'close/walks/by-search.ts', look: inTurn(fails('x')) }),
      probe({ look: inTurn(fails('x', ['contacts'])) }),
    ],
    contextWith(),
  );

  expect(probed.map(({ verdict }) => verdict)).toEqual(['handled', 'does not hold']);
  expect(allHolds(probed, new Set(['leads']))).toBe(true);
  expect(allHolds(probed, new Set(['contacts']))).toBe(false);
});
