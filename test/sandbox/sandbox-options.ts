import type { FaultSource } from './faults.ts';
import type { Organisation } from './organisation.ts';
import type { RateLimit, StrictSearch } from './rate-limit.ts';
import type { Transcripts } from './rows/transcripts.ts';

export type Grain = 'microsecond' | 'millisecond' | 'second';

/** One request as it arrived, and (once answered) how it was answered. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  /** Without `/api/v1`: `/activity/`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  status: number;
  /** Rows in the answer. */
  rows: number;
}

/** How this Close behaves; every setting may be changed between any two requests. */
export interface SandboxOptions {
  /** Accepted both as Basic user name and as Bearer token. */
  apiKeys: string[];
  latencyMs: number | ((request: LoggedRequest) => number);
  rateLimit: RateLimit | undefined;
  /** Search throttles early, although its headers say there is room. */
  strictSearch: StrictSearch | undefined;
  faults: FaultSource | undefined;
  /** Largest `_skip` by path; `*` for all others. */
  maxSkip: Record<string, number>;
  /** Largest `_limit` by path, over those known of Close. */
  maxLimit: Record<string, number>;
  /** The two recorded texts of a refused `_limit` or `_skip`. */
  limitErrors: 'classic' | 'field-errors';
  /** How long the search index takes to see a change. */
  indexLagMs: number;
  /** Late rows come as they were, or from their old place with today's values. */
  indexLagStyle: 'stale' | 'hydrated';
  eventLagMs: number;
  filterGrain: Grain;
  searchGrain: Grain;
  cursorSeconds: number;
  cursorCap: number;
  /** Search pages are sometimes shorter than asked for although more follows. */
  searchShortPages: boolean;
  /** With a single sort key the cursor goes on after the last value, losing what ties with it (recorded). */
  searchTies: 'skipped' | 'kept';
  eventAccess: 'admin' | 'member' | 'none';
  clockSkewMs: number;
  unstableTies: boolean;
  beforeRequest: ((request: LoggedRequest, organisation: Organisation) => void | Promise<void>) | undefined;
  orderIgnored: string[];
  filtersIgnored: string[];
  forbidden: string[];
  missing: string[];
  /** Close documents that `/activity/` shows no EmailThread rows unless `thread_emails` is sent. */
  emailThreadsByDefault: boolean;
  /** Which requests bring transcripts, when they name them. */
  transcripts: Transcripts;
  /** The undocumented order of `/task/` without `_order_by`. */
  taskOrder: 'date_created' | '-date_created' | '-date_updated' | 'date';
}

export function defaultOptions(): SandboxOptions {
  return {
    apiKeys: ['api_sandbox'],
    latencyMs: 0,
    rateLimit: undefined,
    strictSearch: undefined,
    faults: undefined,
    maxSkip: { '/lead/': 10_000, '/contact/': 10_000, '*': 250_000 },
    maxLimit: {},
    limitErrors: 'classic',
    indexLagMs: 0,
    indexLagStyle: 'stale',
    eventLagMs: 0,
    filterGrain: 'microsecond',
    searchGrain: 'millisecond',
    cursorSeconds: 30,
    cursorCap: 10_000,
    searchShortPages: false,
    searchTies: 'skipped',
    eventAccess: 'admin',
    clockSkewMs: 0,
    unstableTies: false,
    beforeRequest: undefined,
    orderIgnored: [],
    filtersIgnored: [],
    forbidden: [],
    missing: [],
    emailThreadsByDefault: false,
    transcripts: 'lists',
    taskOrder: '-date_updated',
  };
}

export const GRAINS: Readonly<Record<Grain, number>> = {
  microsecond: 1,
  millisecond: 1000,
  second: 1_000_000,
};
