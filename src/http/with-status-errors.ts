import { type ApiError, AuthenticationError, PassingError, RefusedError } from '../errors.ts';
import type { Redact } from '../terminal/redact.ts';
import { parseJson } from './parse-json.ts';
import { type ApiRequest, isSuccess, type Layer, nameOf, type Reply } from './request.ts';

/** Failures that may pass: a fault of the server, or a timeout there. */
const mayPass = (status: number): boolean => status >= 500 || status === 408 || status === 425;

const REASONS: Readonly<Record<number, string>> = {
  400: 'the request was refused',
  401: 'the API key or token is not valid; create one in Close under Settings > Developer > API Keys',
  402: "the organization's plan does not include this",
  403: 'the key may not read this',
  404: 'not found',
};

/** How many characters of a body are read for a message, and how many the message shows. */
const MOST_READ = 64 * 1024;
const MOST_SAID = 300;

/** A URL. Its path may be the password of a webhook, so only its origin is shown. */
const URL_IN_TEXT = /\b(https?:(?:\\?\/){2})(?:[^\s"'<>\\/?#@]{0,500}@)?([^\s"'<>\\/?#@]*)([^\s"'<>]*)/gi;

const withoutPaths = (text: string): string =>
  text.replace(URL_IN_TEXT, (_, scheme: string, host: string, rest: string) =>
    rest === '' ? `${scheme}${host}` : `${scheme}${host}/…`,
  );

const compact = (body: object): string => {
  try {
    return JSON.stringify(body);
  } catch {
    return 'its body is nested too deep to be shown';
  }
};

/** What the server said about the failure, in one line. Its frameworks have several forms for that. */
const saidOf = (body: unknown, redact: Redact): string => {
  if (typeof body !== 'object' || body === null) return '';
  const text = 'error' in body && typeof body.error === 'string' ? body.error : compact(body);
  // Redact before cutting: half of a secret would not be found.
  const said = withoutPaths(redact(text.slice(0, MOST_READ)));
  if (said === '{}') return '';
  return said.length > MOST_SAID ? `${said.slice(0, MOST_SAID)}…` : said;
};

const bodyOf = (reply: Reply): unknown => {
  try {
    return parseJson(reply.text);
  } catch {
    return null;
  }
};

const errorOf = (request: ApiRequest, reply: Reply, redact: Redact): ApiError => {
  const { status } = reply;
  const body = bodyOf(reply);
  const details = { request: nameOf(request), status, body };
  const what = [String(status), REASONS[status], saidOf(body, redact)].filter(Boolean).join(': ');
  if (status === 401) return new AuthenticationError(`401: ${REASONS[401]}`, details);
  return mayPass(status) ? new PassingError(what, details) : new RefusedError(what, details);
};

/**
 * Turns a status into an error. Only a 429 does not come here: `with-rate-limit.ts` waits and asks again.
 * @param redact takes the secrets out of the server's text
 */
export const withStatusErrors =
  (redact: Redact): Layer =>
  (next) =>
  async (request, signal) => {
    const reply = await next(request, signal);
    if (isSuccess(reply.status)) return reply;
    throw errorOf(request, reply, redact);
  };
