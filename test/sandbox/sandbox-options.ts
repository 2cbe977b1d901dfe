import type { ErrorBodies } from './api-error.ts';
import type { FaultSource } from './faults.ts';
import type { Organisation } from './organisation.ts';
import type { RateLimit, StrictSearch } from './rate-limit.ts';
import type { Transcripts } from './rows/transcripts.ts';

export type Grain = 'microsecond' | 'millisecond' | 'second' | 'minute';

/**
 * How a search leaves out objects. `others each time`: at random, at each request, but they are counted. `always the same`:
 * the same objects each time, and they are counted too. `not indexed`: the index does not have them.
 */
export type LeavesOut = 'others each time' | 'always the same' | 'not indexed';

/** A request as it arrived, and how it was answered, if it was. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  /** The path without `/api/v1`, such as `/activity/`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  status: number;
  /** How many rows the answer has. */
  rows: number;
}

/** How the sandbox behaves. A test may change any option between two requests. */
export interface SandboxOptions {
  /** The keys that are accepted, both as the user name of Basic and as a Bearer token. */
  apiKeys: string[];
  latencyMs: number | ((request: LoggedRequest) => number);
  rateLimit: RateLimit | undefined;
  /** The search sends a 429 early, although its headers say that there is room. */
  strictSearch: StrictSearch | undefined;
  faults: FaultSource | undefined;
  /** The largest `_skip` for each path; `*` for all others. */
  maxSkip: Record<string, number>;
  /** The largest `_limit` for each path, instead of Close's own. */
  maxLimit: Record<string, number>;
  /** Which texts errors have: they differ by endpoint and year, so programs must go by status and place. */
  errorBodies: ErrorBodies;
  /** A longer URL is refused. Close recommends not to send a longer one. */
  longestUrl: number;
  /** How long it takes until the search index has a change, in milliseconds. */
  indexLagMs: number;
  /** Whether objects differ: some are indexed at once, some after half of this time, and some after all of it. */
  indexUneven: boolean;
  /** How late rows come: `stale`: as they were; `hydrated`: in their old position, but with today's values. */
  indexLagStyle: 'stale' | 'hydrated';
  eventLagMs: number;
  filterGrain: Grain;
  searchGrain: Grain;
  cursorSeconds: number;
  cursorCap: number;
  /** Selectors in `_fields` that the search refuses, as it does with custom fields that were deleted. */
  searchRefuses: string[];
  /** How many selectors `_fields` may have. Eighty were seen to be accepted, and a hundred and forty to be refused. */
  searchMostFields: number;
  /** By how many dates the search can sort. */
  searchSortKeys: 0 | 1 | 2;
  /** `absent`: answers have no cursor; `ends early`: null after the first page; `endless`: always leads to the same page. */
  searchCursor: 'documented' | 'absent' | 'ends early' | 'endless';
  /** Fields that a search leaves out although they are named: `lead.addresses`, or `lead.custom` for all custom fields. */
  searchUnsent: string[];
  /** Whether a search counts what it finds if it is asked to. */
  searchCounts: boolean;
  /** The share of the objects that a search leaves out, and how. */
  searchLeavesOut: { readonly share: number; readonly how: LeavesOut } | undefined;
  /** Whether the index keeps deleted objects: a search counts them, but cannot send them. */
  searchKeepsDeleted: boolean;
  /** Whether search pages are sometimes shorter than asked for, although there are more rows. */
  searchShortPages: boolean;
  /** With one sort key, the cursor continues after the last value, and skips other rows with the same value (recorded). */
  searchTies: 'skipped' | 'kept';
  eventAccess: 'admin' | 'member' | 'none';
  eventRetentionDays: number;
  /** The time zone of dates in the event log, which do not state it; in hours east of UTC. */
  eventZone: number;
  /** `refused`: every cursor is refused as invalid; `endless`: a cursor leads to the page that it came with. */
  eventCursor: 'documented' | 'refused' | 'endless';
  /** Whether a POST with `x-http-method-override: GET` counts as a GET. */
  methodOverride: boolean;
  clockSkewMs: number;
  unstableTies: boolean;
  beforeRequest: ((request: LoggedRequest, organisation: Organisation) => void | Promise<void>) | undefined;
  /** Changes the text of a list before it is sent, for example to JSON that no value of JavaScript can give. */
  onAnswer: ((text: string, request: LoggedRequest) => string) | undefined;
  /** Parameters that are ignored, everywhere or at one path: `_order_by`, `/task/ _order_by`. */
  orderIgnored: string[];
  filtersIgnored: string[];
  /** Paths of dated lists that come in no order. */
  unordered: string[];
  /** Whether contacts and opportunities can be listed by ids, which is not documented. */
  idsInAllLists: boolean;
  forbidden: string[];
  missing: string[];
  /** Fields that Close no longer sends, such as `lead.contacts`. */
  unsentFields: string[];
  /** How long the `GET` of a lead still answers after its `DELETE`. */
  deletedAnswersMs: number;
  /** Whether `/activity/` shows EmailThread rows even without `thread_emails`. Close documents that it does not. */
  emailThreadsByDefault: boolean;
  /** The order, which is not documented, of lists of plain rows. `shuffled`: another order at each request. */
  plainOrder: 'inserted' | 'newest-edit-first' | 'shuffled';
  /** Which requests bring transcripts if they name them. */
  transcripts: Transcripts;
  /** The order, which is not documented, of `/task/` without `_order_by`. */
  taskOrder: 'date_created' | '-date_created' | '-date_updated' | 'date';
}

export function defaultOptions(): SandboxOptions {
  return {
    apiKeys: ['api_sandbox'],
    latencyMs: 0,
    rateLimit: undefined,
    strictSearch: undefined,
    faults: undefined,
    maxSkip: { '/lead/': 35_000, '/contact/': 10_000, '*': 250_000 },
    maxLimit: {},
    errorBodies: 'mixed',
    longestUrl: 2_000,
    indexLagMs: 0,
    indexUneven: false,
    indexLagStyle: 'stale',
    eventLagMs: 0,
    filterGrain: 'microsecond',
    searchGrain: 'millisecond',
    cursorSeconds: 30,
    cursorCap: 10_000,
    searchRefuses: [],
    searchMostFields: 100,
    searchSortKeys: 2,
    searchCursor: 'documented',
    searchUnsent: [],
    searchCounts: true,
    searchLeavesOut: undefined,
    searchKeepsDeleted: false,
    searchShortPages: false,
    searchTies: 'skipped',
    eventAccess: 'admin',
    eventRetentionDays: 30,
    eventZone: 0,
    eventCursor: 'documented',
    methodOverride: true,
    clockSkewMs: 0,
    unstableTies: false,
    beforeRequest: undefined,
    onAnswer: undefined,
    orderIgnored: [],
    filtersIgnored: [],
    unordered: [],
    idsInAllLists: false,
    forbidden: [],
    missing: [],
    unsentFields: [],
    deletedAnswersMs: 0,
    emailThreadsByDefault: false,
    plainOrder: 'inserted',
    transcripts: 'lists',
    taskOrder: '-date_updated',
  };
}

export const GRAINS: Readonly<Record<Grain, number>> = {
  microsecond: 1,
  millisecond: 1000,
  second: 1_000_000,
  minute: 60_000_000,
};
