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
  touches: ({ name }) => name === 'leads',
  ...more,
});

/** A Close that answers every list with nothing, or fails. */
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
    wire: { requests, limits: new Map(), clocks: () => ({ theirs: null, ours: 0 }) },
    streams,
    selected: new Set(['leads']),
    columnsOf: () => [],
    open: () => Promise.resolve(),
    leads_overlap_seconds: 0,
    now: () => 0,
  };
};

/** Comes to these findings, one look after the other. */
const inTurn = (...findings: readonly Finding[]): Probe['look'] => {
  const left = [...findings];
  return async () => left.shift() ?? holds();
};

test('what compares several answers accuses only when it sees the same again', async () => {
  const once = [fails('a row is missing'), holds()];
  const probed = await runProbes(
    [
      probe({ looksAgain: true, look: inTurn(...once) }),
      probe({ looksAgain: true, look: inTurn(fails('a row is missing'), fails('another is missing')) }),
      probe({ look: inTurn(...once) }),
    ],
    contextWith(),
  );

  expect(probed.map(({ verdict }) => verdict)).toEqual(['holds', 'does not', 'does not']);
  expect(probed[1]?.found).toBe('another is missing');
});

test('a second look does not see what the first has read', async () => {
  const context = contextWith();
  const look: Probe['look'] = async (scope) => {
    await scope.read('/lead/');
    await scope.read('/lead/');
    return fails('something');
  };

  await runProbes([probe({ looksAgain: true, look })], context);

  expect(context.wire.requests.length).toBe(2);
});

test('no more requests are sent than may be, and whoever comes too late could not tell', async () => {
  const context = contextWith();
  const greedy: Probe['look'] = async (scope) => {
    for (;;) await scope.get('/lead/');
  };

  const probed = await runProbes([probe({ look: greedy }), probe({ look: greedy })], context);

  expect(probed.map(({ verdict }) => verdict)).toEqual(['could not tell', 'could not tell']);
  expect(context.wire.requests.length).toBeGreaterThan(MOST_REQUESTS / 2);
  expect(context.wire.requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
});

test('an error is told by its status alone: its words may hold an id', async () => {
  const error = new RefusedError('403: lead_1 is not yours', { request: 'GET /lead/lead_1/', status: 403 });
  const look: Probe['look'] = async (scope) => holds(String((await scope.get('/lead/')).total));

  const [probed] = await runProbes([probe({ look })], contextWith(error));

  expect([probed?.verdict, probed?.found]).toEqual(['could not tell', 'Close answered 403']);
});

test('what is handled, or concerns streams that nobody selected, does no harm', async () => {
  const probed = await runProbes(
    [
      probe({ survivedBy: 'close/walks/by-search.ts', look: inTurn(fails('x')) }),
      probe({ look: inTurn(fails('x', ['contacts'])) }),
    ],
    contextWith(),
  );

  expect(probed.map(({ verdict }) => verdict)).toEqual(['handled', 'does not']);
  expect(allHolds(probed, new Set(['leads']))).toBe(true);
  expect(allHolds(probed, new Set(['contacts']))).toBe(false);
});
