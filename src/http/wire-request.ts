import { LastingError } from './network-errors.ts';
import type { ApiRequest } from './request.ts';

/** A request in the form in which it is sent. */
export interface WireRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The longest URL that Close recommends. */
export const LONGEST_URL = 2_000;

const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Parts of a path that lead to another path: `.` and `..`, encoded or not, and characters that a server may read as a
 * slash.
 */
const LEADS_ELSEWHERE = /^(\.|%2e){1,2}$|[\\?#]|%2f|%5c/i;

/**
 * Checks a path before it is sent. Paths are made with ids that the server sent, and an id must not lead to another
 * path.
 * @throws LastingError
 */
const assertOwnPath = (path: string): void => {
  const wrong = path.split('/').find((part) => LEADS_ELSEWHERE.test(part));
  if (wrong === undefined) return;
  throw new LastingError(`${JSON.stringify(wrong.slice(0, 80))} is not an id; nothing was requested with it`);
};

/**
 * Makes a request ready to be sent. A GET with a URL that is too long becomes a POST with the header that Close
 * documents for this, and its parameters go into the body.
 * @throws LastingError for a path that leads to another path
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
