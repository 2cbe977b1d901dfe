import { objectWith } from '../close/one-object.ts';
import { type SearchPage, searchBody } from '../close/paging/search-query.ts';
import { isMissing } from '../close/refusals.ts';
import type { Row } from '../close/row.ts';
import type { Api } from '../close/walk.ts';
import type { RateLimit } from '../http/rate-limits.ts';
import type { ApiRequest } from '../http/request.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import { type Answer, answerWith } from './answer.ts';

/** What went over the wire, below all that mends it. */
export interface Wire {
  readonly requests: readonly { readonly request: ApiRequest; readonly status: number | null }[];
  /** What the first answer that stated its limits said, by header family: before it, nothing was asked. */
  readonly limits: ReadonlyMap<string, RateLimit>;
  /** Close's clock when the first request was sent, and ours. */
  readonly clocks: () => { readonly theirs: Instant | null; readonly ours: Instant };
}

/** What the probes are given. */
export interface ProbeContext {
  readonly api: Api;
  readonly wire: Wire;
  /** All streams there are, */
  readonly streams: readonly StreamDefinition[];
  /** and the names of those that a sync would read. */
  readonly selected: ReadonlySet<string>;
  /** Every column that a stream has. */
  readonly columnsOf: (stream: StreamDefinition) => readonly string[];
  /** Reads a page of a stream and throws it away. @throws what keeps it from being read */
  readonly open: (stream: StreamDefinition, api: Api) => Promise<void>;
  /** How far behind the present the search index may be. */
  readonly leads_overlap_seconds: number;
  /** The present by our clock; in a scope, by the earlier of the two, so that nothing is called older than it is. */
  readonly now: () => Instant;
}

/** All the requests that the probes may send have been sent. */
export class NoRequestsLeftError extends Error {
  override name = 'NoRequestsLeftError';
}

type Query = Readonly<Record<string, string>>;

/** What a probe asks with. */
export interface Scope extends Omit<ProbeContext, 'open'> {
  /** Asks a list. */
  readonly get: (path: string, query?: Query) => Promise<Answer>;
  /** The same, but a question that was asked before is not asked again. */
  readonly read: (path: string, query?: Query) => Promise<Answer>;
  readonly search: (page: SearchPage) => Promise<Answer>;
  /** One object by itself; null if there is none. */
  readonly one: (path: string, id: string) => Promise<Row | null>;
  /** Finds something out for all probes that want to know. */
  readonly once: <T>(what: string, find: () => Promise<T>) => Promise<T>;
  readonly open: (stream: StreamDefinition) => Promise<void>;
}

/** Another scope knows nothing of what this one has read. */
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
      api.fetch({ method: 'POST', path: '/data/search/', body: searchBody(page) }, answerWith(now)),
    one: async (path, id) => {
      try {
        return await api.fetch({ method: 'GET', path: `${path}${id}/` }, objectWith(id));
      } catch (error) {
        if (!isMissing(error)) throw error;
        return null;
      }
    },
    open: (stream) => context.open(stream, api),
  };
};
