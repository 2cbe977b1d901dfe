import { fetchIfThere } from '../close/one-object.ts';
import { type SearchPage, searchBody } from '../close/paging/search-query.ts';
import type { Row } from '../close/row.ts';
import { SEARCH } from '../close/search.ts';
import type { Api } from '../close/walk.ts';
import type { RateLimit } from '../http/rate-limits.ts';
import type { ApiRequest } from '../http/request.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import { type Answer, answerWith } from './answer.ts';

/** What was really sent and answered, before retries and smaller pages hide it. */
export interface Wire {
  readonly requests: readonly { readonly request: ApiRequest; readonly status: number | null }[];
  /** The first rate limit that was stated, for each family of headers. Later ones show this program's own requests. */
  readonly limits: ReadonlyMap<string, RateLimit>;
  /** Close's clock when the first request was sent, and ours. */
  readonly clocks: () => { readonly theirs: Instant | null; readonly ours: Instant };
  /** The page size of a request that repeats `before` with a smaller page; null for all others. */
  readonly smallerPageOf: (request: ApiRequest, before: ApiRequest) => number | null;
  /** If a URL would be longer than this, the client sends a POST. */
  readonly longestUrl: number;
}

/** What a command gives to the probes. */
export interface ProbeContext {
  readonly api: Api;
  readonly wire: Wire;
  /** All streams, whether selected or not. */
  readonly streams: readonly StreamDefinition[];
  /** The names of the streams that a sync would read. */
  readonly selected: ReadonlySet<string>;
  /** Every column that a stream has. */
  readonly columnsOf: (stream: StreamDefinition) => readonly string[];
  /** Reads a page of a stream and drops it. @throws the error that keeps the stream from being read */
  readonly open: (stream: StreamDefinition, api: Api) => Promise<void>;
  /** How far behind the present the search index may be, in seconds. */
  readonly leads_overlap_seconds: number;
  /** The present. In a scope, it follows the earlier of the two clocks, so that nothing seems older than it is. */
  readonly now: () => Instant;
}

/** The probes have sent all the requests that they may send. */
export class NoRequestsLeftError extends Error {
  override name = 'NoRequestsLeftError';
}

type Query = Readonly<Record<string, string>>;

/** What one probe works with. Answers are kept, so that other probes need not ask again. */
export interface Scope extends Omit<ProbeContext, 'open'> {
  /** Asks a list for a page. */
  readonly get: (path: string, query?: Query) => Promise<Answer>;
  /** The same, but takes the answer that this scope already has. */
  readonly read: (path: string, query?: Query) => Promise<Answer>;
  readonly search: (page: SearchPage) => Promise<Answer>;
  /** One object, read by its id; null if Close has none. */
  readonly one: (path: string, id: string) => Promise<Row | null>;
  /**
   * Calls `find` the first time only, and gives the same result to every probe that asks. @param what names the result
   */
  readonly once: <T>(what: string, find: () => Promise<T>) => Promise<T>;
  readonly open: (stream: StreamDefinition) => Promise<void>;
}

/** A new scope has no answers yet. */
export const createScope = (context: ProbeContext): Scope => {
  const { api, wire } = context;
  const now = (): Instant => {
    const { theirs, ours } = wire.clocks();
    return context.now() + Math.min(0, (theirs ?? ours) - ours);
  };
  const known = new Map<string, unknown>();
  const once = <T>(what: string, find: () => Promise<T>): Promise<T> => {
    const found = (known.get(what) as Promise<T> | undefined) ?? find();
    known.set(what, found);
    return found;
  };
  const get: Scope['get'] = (path, query = {}) => api.fetch({ method: 'GET', path, query }, answerWith(now));
  return {
    ...context,
    now,
    get,
    once,
    read: (path, query = {}) => once(`GET ${path} ${JSON.stringify(query)}`, () => get(path, query)),
    search: (page) =>
      api.fetch({ method: 'POST', path: SEARCH.path, body: searchBody(page) }, answerWith(now)),
    one: (path, id) => fetchIfThere(path, id, { api }),
    open: (stream) => context.open(stream, api),
  };
};
