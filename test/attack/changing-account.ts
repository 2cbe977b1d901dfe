import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Fault } from '../sandbox/faults.ts';
import { HAND_NAMES, HANDS } from '../sandbox/hands.ts';
import type { LoggedRequest } from '../sandbox/sandbox-options.ts';
import { startSandbox } from '../sandbox/server.ts';
import { lacking, stale, standingOf, throughout, together } from './delivery.ts';
import { PASSING } from './request-kinds.ts';
import { smallAccount } from './small-account.ts';
import { syncInProcess } from './sync-in-process.ts';

/** A change to the account, right before the request with that number is answered. */
const change = fc.record({
  at: fc.oneof(fc.nat(12), fc.nat(60)),
  what: fc.constantFrom(...HAND_NAMES),
  which: fc.nat(500),
});

const AT_ONCE = PASSING.flatMap(({ fault }) =>
  fault.kind === 'hang' || fault.kind === 'slow-body' ? [] : [fault],
);

/** An account, its changes, how Close behaves, and how it is read. If a test fails, all of it is made smaller. */
export const world = fc.record({
  seed: fc.nat(20),
  changes: fc.array(change, { maxLength: 40, size: 'max' }),
  faults: fc.array(fc.record({ at: fc.nat(60), fault: fc.constantFrom(...AT_ONCE) }), { maxLength: 4 }),
  equal: fc.constantFrom(0, 0, 30, 60),
  page_size: fc.constantFrom(2, 5, 7, 20, 50),
  concurrency: fc.constantFrom(1, 2, 5, 16),
  dateWindow: fc.constantFrom(null, null, 5, 40),
  lagMs: fc.constantFrom(0, 0, 60),
  lagStyle: fc.constantFrom('stale' as const, 'hydrated' as const),
  grain: fc.constantFrom('microsecond' as const, 'second' as const),
  unstableTies: fc.boolean(),
  shortPages: fc.boolean(),
  /** The requests whose cursor is expired, if they have one. */
  expiries: fc.array(fc.nat(80), { maxLength: 5 }),
});

export type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

const EXPIRED: Fault = {
  kind: 'status',
  status: 400,
  body: { errors: [], 'field-errors': { cursor: ['This cursor has expired. Please restart the search.'] } },
};

/** With pages of two, a walk may need some hundreds of requests. If it sends more, it makes no progress. */
const MOST_REQUESTS = 20_000;
const ENDLESS: Fault = {
  kind: 'status',
  status: 403,
  body: { error: `more than ${MOST_REQUESTS} requests` },
};

const hasCursor = ({ body, params }: LoggedRequest): boolean =>
  '_cursor' in params || (typeof body === 'object' && body !== null && 'cursor' in body);

/** What is wrong after a run with all these changes, and a second run without changes. It should be empty. */
export const damageOf = async (given: World): Promise<readonly string[]> => {
  const organisation = smallAccount(given.seed, given.equal);
  let requests = 0;
  let fault: Fault | undefined;
  const sandbox = await startSandbox(organisation, {
    indexLagMs: given.lagMs,
    indexLagStyle: given.lagStyle,
    filterGrain: given.grain,
    unstableTies: given.unstableTies,
    searchShortPages: given.shortPages,
    faults: (request) => {
      if (requests > MOST_REQUESTS) return ENDLESS;
      return given.expiries.includes(requests) && hasCursor(request) ? EXPIRED : fault;
    },
    beforeRequest: () => {
      for (const due of given.changes) if (due.at === requests) HANDS[due.what](organisation, due.which);
      fault = given.faults.find(({ at }) => at === requests)?.fault;
      requests += 1;
    },
  });
  try {
    const config = {
      page_size: given.page_size,
      max_concurrency: given.concurrency,
      date_window: given.dateWindow,
    };
    const before = standingOf(organisation);
    const first = await syncInProcess(sandbox, { config });
    const kept = throughout(before, standingOf(organisation));
    sandbox.options.beforeRequest = () => {
      requests += 1;
    };
    fault = undefined;
    await delay(given.lagMs);
    const second = await syncInProcess(sandbox, { config, state: first.lastState });
    const both = together(first, second);
    return [
      ...[first, second].flatMap((run) =>
        run.failures.map(({ stream, reason }) => `${stream} failed: ${reason}`),
      ),
      ...lacking(first, kept).map((what) => `the first run lost ${what}`),
      ...lacking(both, standingOf(organisation)).map((what) => `both runs lost ${what}`),
      ...stale(both, organisation).map((what) => `stale after both runs: ${what}`),
    ];
  } finally {
    await sandbox.close();
  }
};
