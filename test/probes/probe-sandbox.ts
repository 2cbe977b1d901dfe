import { createDefinitions } from '../../src/close/definitions.ts';
import { createClient } from '../../src/http/client.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import type { RateLimit } from '../../src/http/rate-limits.ts';
import type { ApiRequest } from '../../src/http/request.ts';
import { createTransport } from '../../src/http/transport.ts';
import { LONGEST_URL } from '../../src/http/wire-request.ts';
import { smallerPageOf } from '../../src/http/with-page-limit.ts';
import { probes } from '../../src/probes/index.ts';
import { type Probed, runProbes, type Verdict } from '../../src/probes/run-probes.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { streams } from '../../src/streams/index.ts';
import { checkStream } from '../../src/tap/check.ts';
import { fromMillis } from '../../src/time/instant.ts';
import type { Account } from './busy-account.ts';
import type { Trait } from './traits.ts';

const SELECTED = new Set(
  streams.filter(({ selectedByDefault = true }) => selectedByDefault).map(({ name }) => name),
);

/** Runs every probe against a sandbox, by the clock of its organisation. */
const probeSandbox = async ({ sandbox, clock }: Account): Promise<readonly Probed[]> => {
  const requests: { request: ApiRequest; status: number | null }[] = [];
  const limits = new Map<string, RateLimit>();
  const { dispatcher, close } = createDispatcher({
    proxy: null,
    max_concurrency: 1,
    request_timeout_seconds: 10,
  });
  const client = createClient({
    transport: createTransport({
      base_url: sandbox.url,
      authorization: `Bearer ${sandbox.options.apiKeys[0]}`,
      user_agent: 'test',
      dispatcher,
      request_timeout_seconds: 10,
    }),
    clock,
    log: {
      debug: () => {},
      info: () => {},
      warning: () => {},
      error: () => {},
      critical: () => {},
      metric: () => {},
    },
    signal: new AbortController().signal,
    max_concurrency: 1,
    rate_limit_share: 1,
    max_retries: 2,
    firstWaitMs: 0,
    onRequest: (request, status) => requests.push({ request, status }),
    onLimits: (_, stated) => {
      for (const limit of stated) if (!limits.has(limit.family)) limits.set(limit.family, limit);
    },
  });
  const startedAt = clock.now();
  try {
    return await runProbes(probes, {
      api: client,
      wire: {
        requests,
        limits,
        clocks: () => ({ theirs: client.serverStart(), ours: fromMillis(startedAt) }),
        smallerPageOf,
        longestUrl: LONGEST_URL,
      },
      streams,
      selected: SELECTED,
      columnsOf: ({ name }) => Object.keys(loadSchema(name).properties),
      open: (stream, api) =>
        checkStream(stream, api, createDefinitions({ api, page_size: null }), fromMillis(clock.now())),
      leads_overlap_seconds: 300,
      now: () => fromMillis(clock.now()),
    });
  } finally {
    await close();
  }
};

/** The same with one thing changed, while people go on changing the account. */
export const probeAccount = (account: Account, { change }: Partial<Trait>): Promise<readonly Probed[]> => {
  change?.(account);
  account.sandbox.options.beforeRequest = account.live;
  return probeSandbox(account);
};

export const ACCUSED: readonly Verdict[] = ['handled', 'does not hold'];

/** The probes that have one of these verdicts. */
export const verdicts = (probed: readonly Probed[], of: readonly Verdict[]): Record<string, Verdict> =>
  Object.fromEntries(
    probed.filter(({ verdict }) => of.includes(verdict)).map(({ probe, verdict }) => [probe.name, verdict]),
  );
