import { LastingError } from './network-errors.ts';
import type { ApiRequest } from './request.ts';

/** What goes over the wire for a request. */
export interface WireRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Close recommends no longer URL. */
export const LONGEST_URL = 2_000;

const JSON_TYPE = { 'content-type': 'application/json' };

/** `.` and `..`, encoded or not, which every URL parser resolves; and what a server may take for a slash. */
const LEADS_ELSEWHERE = /^(\.|%2e){1,2}$|[\\?#]|%2f|%5c/i;

/**
 * Paths are made with ids that the server sent. One that would lead to another path is not sent.
 * @throws LastingError
 */
const assertOwnPath = (path: string): void => {
  const wrong = path.split('/').find((part) => LEADS_ELSEWHERE.test(part));
  if (wrong === undefined) return;
  throw new LastingError(`${JSON.stringify(wrong.slice(0, 80))} is not an id; nothing was requested with it`);
};

/**
 * A request as it is sent. A GET whose URL would be too long becomes a POST that says it is a GET, with the parameters
 * in its body, as Close documents it.
 * @throws LastingError for a path that leads elsewhere
 */
export const toWire = (request: ApiRequest, base_url: string): WireRequest => {
  const { method, path, query, body } = request;
  assertOwnPath(path);
  const whole = `${base_url}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
  if (method === 'GET' && query && whole.length > LONGEST_URL) {
    return {
      url: `${base_url}${path}`,
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-http-method-override': 'GET' },
      body: JSON.stringify({ _params: query }),
    };
  }
  return body === undefined
    ? { url: whole, method, headers: {}, body: null }
    : { url: whole, method, headers: JSON_TYPE, body: JSON.stringify(body) };
};
