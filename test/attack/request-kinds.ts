import type { Table } from '../e2e/account.ts';
import type { Fault } from '../sandbox/faults.ts';
import type { LoggedRequest } from '../sandbox/sandbox-options.ts';

/** A kind of request that a run sends: its path, and how it differs from others with the same path. */
export interface RequestKind {
  readonly name: string;
  /** Its name in messages, such as `GET /task/`. */
  readonly request: string;
  readonly is: (request: LoggedRequest) => boolean;
  /** The streams that are not complete without it. */
  readonly streams: readonly Table[];
}

const at = (path: string, more: (request: LoggedRequest) => boolean = () => true) => ({
  request: `${path === '/data/search/' ? 'POST' : 'GET'} ${path}`,
  is: (request: LoggedRequest): boolean => request.path === path && more(request),
});

/** Every kind of request of a sync. First and following pages are different kinds. */
export const REQUEST_KINDS: readonly RequestKind[] = [
  {
    name: 'definitions of custom fields',
    ...at('/custom_field/lead/'),
    // Leads would have no names of custom fields.
    streams: ['custom_fields', 'leads'],
  },
  {
    name: 'definitions that are not paged',
    ...at('/custom_field/shared/'),
    streams: ['custom_fields', 'leads', 'activities'],
  },
  { name: 'users', ...at('/user/'), streams: ['users'] },
  { name: 'the first search', ...at('/data/search/', ({ body }) => counts(body)), streams: ['leads'] },
  { name: 'further searches', ...at('/data/search/', ({ body }) => !counts(body)), streams: ['leads'] },
  {
    name: 'the newest activities',
    ...at('/activity/', ({ params }) => !('date_created__lt' in params || 'id__in' in params)),
    streams: ['activities'],
  },
  {
    name: 'a window of activities',
    ...at('/activity/', ({ params }) => 'date_created__lt' in params),
    streams: ['activities'],
  },
  { name: 'e-mail threads', ...at('/activity/emailthread/'), streams: ['activities'] },
  { name: 'tasks', ...at('/task/'), streams: ['tasks'] },
  {
    name: 'the newest events',
    ...at('/event/', ({ params }) => !('_cursor' in params)),
    // Without events, late changes of activities are not known.
    streams: ['event_log', 'activities', 'leads'],
  },
  {
    name: 'further events',
    ...at('/event/', ({ params }) => '_cursor' in params),
    streams: ['event_log', 'activities', 'leads'],
  },
];

const counts = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'include_counts' in body;

export interface FaultKind {
  readonly name: string;
  readonly fault: Fault;
  /** What a message must say about it. */
  readonly cause: RegExp;
}

const status = (code: number, more: { body?: unknown; headers?: Record<string, string> } = {}): Fault => ({
  kind: 'status',
  status: code,
  ...more,
});

/** Faults that pass if the request is sent again. */
export const PASSING: readonly FaultKind[] = [
  { name: '500', fault: status(500, { body: { error: 'oops' } }), cause: /500: oops/ },
  { name: '502', fault: status(502, { body: '<html>Bad Gateway</html>' }), cause: /502/ },
  { name: '503', fault: status(503), cause: /503/ },
  { name: '504', fault: status(504, { body: '' }), cause: /504/ },
  { name: '408', fault: status(408), cause: /408/ },
  { name: 'a reset', fault: { kind: 'reset' }, cause: /ECONNRESET|other side closed|socket/i },
  { name: 'silence', fault: { kind: 'hang' }, cause: /time|no complete answer/i },
  { name: 'a body cut short', fault: { kind: 'cut' }, cause: /other side closed|terminated|socket|aborted/i },
  {
    name: 'chunks cut short',
    fault: { kind: 'cut', chunked: true },
    cause: /other side closed|terminated|aborted/i,
  },
  {
    name: 'a body that comes byte by byte',
    fault: { kind: 'slow-body', ms: 4_000 },
    cause: /time|no complete answer/i,
  },
  { name: 'a web page with 200', fault: { kind: 'html' }, cause: /not JSON/ },
  { name: 'nothing with 200', fault: { kind: 'empty' }, cause: /not JSON/ },
  { name: 'another object with 200', fault: { kind: 'envelope', value: { ok: true } }, cause: /shape/ },
  { name: 'a bare list with 200', fault: { kind: 'envelope', value: [] }, cause: /shape/ },
  { name: 'null for the rows', fault: { kind: 'envelope', value: { data: null } }, cause: /shape/ },
  { name: 'null with 200', fault: { kind: 'envelope', value: null }, cause: /shape/ },
];

const facts = { message: 'API call count exceeded for this period', rate_reset: '0.04', rate_limit: 40 };

/** 429 answers. They do not count as retries. */
export const REFUSALS: readonly FaultKind[] = [
  {
    name: '429 with a header',
    fault: status(429, { headers: { ratelimit: 'limit=40; remaining=0; reset=0.04' } }),
    cause: /429/,
  },
  { name: '429 with a body', fault: status(429, { body: facts }), cause: /429/ },
  {
    name: '429 with a nested body',
    fault: status(429, { body: { error: { ...facts, rate_reset: 0.04 } } }),
    cause: /429/,
  },
  { name: '429 that says nothing', fault: status(429), cause: /429/ },
];

/** Faults that do not pass. */
export const FINAL: readonly FaultKind[] = [
  { name: '403', fault: status(403, { body: { error: 'Forbidden' } }), cause: /403: .*Forbidden/ },
  { name: '404', fault: status(404, { body: { error: 'gone' } }), cause: /404: .*gone/ },
  { name: '402', fault: status(402, { body: { error: 'upgrade' } }), cause: /402: .*upgrade/ },
  {
    name: 'a refused skip or limit',
    fault: status(400, { body: { 'field-errors': { _limit: ['less than or equal to 50'] } } }),
    cause: /400: .*less than or equal to 50/,
  },
];
