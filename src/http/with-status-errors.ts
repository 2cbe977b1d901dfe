import { ApiError, AuthenticationError } from '../errors.ts';
import { parseJson } from './parse-json.ts';
import { type ApiRequest, type Layer, nameOf, type Reply } from './request.ts';

/** What may pass: the server's own faults, and its having waited too long. */
const isRetriable = (status: number): boolean => status >= 500 || status === 408 || status === 425;

const REASONS: Readonly<Record<number, string>> = {
  400: 'the request was refused',
  401: 'the API key or token is not valid; create one in Close under Settings > Developer > API Keys',
  402: "the organisation's plan does not include this",
  403: 'the key may not read this',
  404: 'not found',
};

/** What the server said of the failure: the forms of all its frameworks, cut to a line. */
const saidOf = (body: unknown): string => {
  const text = typeof body === 'object' && body !== null ? JSON.stringify(body) : '';
  const single = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  const said = typeof single === 'string' ? single : text === '{}' ? '' : text;
  return said.length > 300 ? `${said.slice(0, 300)}…` : said;
};

const bodyOf = (reply: Reply): unknown => {
  try {
    return parseJson(reply.text);
  } catch {
    return null;
  }
};

const errorOf = (request: ApiRequest, reply: Reply): ApiError => {
  const { status } = reply;
  const body = bodyOf(reply);
  const details = { request: nameOf(request), status, body, retriable: isRetriable(status) };
  const what = [String(status), REASONS[status], saidOf(body)].filter(Boolean).join(': ');
  return status === 401
    ? new AuthenticationError(`401: ${REASONS[401]}`, details)
    : new ApiError(what, details);
};

/** The one place that turns a status into an error. */
export const withStatusErrors: Layer = (next) => async (request, signal) => {
  const reply = await next(request, signal);
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw errorOf(request, reply);
};
