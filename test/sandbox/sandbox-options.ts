import type { ErrorBodies } from './api-error.ts';
import type { FaultSource } from './faults.ts';
import type { Organisation } from './organisation.ts';
import type { RateLimit, StrictSearch } from './rate-limit.ts';
import type { Transcripts } from './rows/transcripts.ts';

export type Grain = 'microsecond' | 'millisecond' | 'second' | 'minute';

/**
 * `others each time`: by chance, at each request, though they are counted; `always the same`: these are counted, too;
 * `not indexed`: the index does not know of them.
 */
export type LeavesOut = 'others each time' | 'always the same' | 'not indexed';

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
  /** Errors are told by their status and place: their words differ by endpoint and year. */
  errorBodies: ErrorBodies;
  /** A longer URL is refused; Close recommends no longer one. */
  longestUrl: number;
  /** How long the search index takes to see a change. */
  indexLagMs: number;
  /** Some objects are indexed at once, some after half of the lag, some after all of it. */
  indexUneven: boolean;
  /** Late rows come as they were, or from their old place with today's values. */
  indexLagStyle: 'stale' | 'hydrated';
  eventLagMs: number;
  filterGrain: Grain;
  searchGrain: Grain;
  cursorSeconds: number;
  cursorCap: number;
  /** The search refuses these selectors in `_fields`, as it does with custom fields that were deleted. */
  searchRefuses: string[];
  /** The most selectors in one `_fields` list; eighty were seen to pass, a hundred and forty to fail. */
  searchMostFields: number;
  /** The most dates that the search sorts by. */
  searchSortKeys: 0 | 1 | 2;
  /** `absent`: no such key in the answer; `ends early`: null after the first page; `endless`: the same page for ever. */
  searchCursor: 'documented' | 'absent' | 'ends early' | 'endless';
  /** Fields that a search does not bring although they are named, by kind: `lead.addresses`; `lead.custom` for all custom ones. */
  searchUnsent: string[];
  /** Whether a search counts what it finds, when asked to. */
  searchCounts: boolean;
  /** The share of its objects that a search leaves out, and in which way. */
  searchLeavesOut: { readonly share: number; readonly how: LeavesOut } | undefined;
  /** Whether the index keeps what was deleted: a search counts it, and has nothing to bring of it. */
  searchKeepsDeleted: boolean;
  /** Search pages are sometimes shorter than asked for although more follows. */
  searchShortPages: boolean;
  /** With a single sort key the cursor goes on after the last value, losing what ties with it (recorded). */
  searchTies: 'skipped' | 'kept';
  eventAccess: 'admin' | 'member' | 'none';
  eventRetentionDays: number;
  /** The zone of the event log's dates, which do not name it, in hours east of UTC. */
  eventZone: number;
  /** `refused`: each is told to be invalid; `endless`: it leads to the page that it came with. */
  eventCursor: 'documented' | 'refused' | 'endless';
  /** Whether a POST that says it is a GET is taken for one. */
  methodOverride: boolean;
  clockSkewMs: number;
  unstableTies: boolean;
  beforeRequest: ((request: LoggedRequest, organisation: Organisation) => void | Promise<void>) | undefined;
  /** Has the last word on the text of a list: what JSON allows and no value of JavaScript holds. */
  onAnswer: ((text: string, request: LoggedRequest) => string) | undefined;
  /** Parameters that count for nothing, everywhere, or at one path: `_order_by`, `/task/ _order_by`. */
  orderIgnored: string[];
  filtersIgnored: string[];
  /** Paths whose dated lists come in no order. */
  unordered: string[];
  /** Whether contacts and opportunities are listed by id, which no documentation says. */
  idsInAllLists: boolean;
  forbidden: string[];
  missing: string[];
  /** Fields that Close has stopped sending, by kind: `lead.contacts`. */
  unsentFields: string[];
  /** How long the `GET` of a lead goes on answering after its `DELETE`. */
  deletedAnswersMs: number;
  /** Close documents that `/activity/` shows no EmailThread rows unless `thread_emails` is sent. */
  emailThreadsByDefault: boolean;
  /** The undocumented order of lists of plain rows; `shuffled` is another one at each request. */
  plainOrder: 'inserted' | 'newest-edit-first' | 'shuffled';
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
