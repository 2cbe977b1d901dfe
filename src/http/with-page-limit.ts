import { isDeepStrictEqual } from 'node:util';
import { RefusedError } from '../errors.ts';
import { isRecord } from '../json/is-record.ts';
import { type ApiRequest, type Layer, nameOf } from './request.ts';

/** The largest page of most of Close's lists. It is asked for after a refusal that names no number. */
const USUAL_LIMIT = 100;

const limitOf = ({ query, body }: ApiRequest): number | null => {
  const limit = Number(query?._limit ?? (isRecord(body) ? body._limit : undefined));
  return Number.isInteger(limit) ? limit : null;
};

const withLimit = (request: ApiRequest, limit: number): ApiRequest =>
  request.query?._limit === undefined
    ? { ...request, body: { ...(isRecord(request.body) ? request.body : {}), _limit: limit } }
    : { ...request, query: { ...request.query, _limit: String(limit) } };

/** The page size of a request that this layer repeats with a smaller page; null for other requests. */
export const smallerPageOf = (request: ApiRequest, before: ApiRequest): number | null => {
  const [limit, more] = [limitOf(request), limitOf(before)];
  if (limit === null || more === null || limit >= more) return null;
  return isDeepStrictEqual(withLimit(request, more), withLimit(before, more)) ? limit : null;
};

/**
 * The largest page by the text of a refusal: `max_limit = 50` in a sentence, or a number in the error of the field
 * `_limit`.
 */
const namedIn = (body: unknown): number | null => {
  if (!isRecord(body)) return null;
  const fields = isRecord(body['field-errors']) ? body['field-errors'] : {};
  const sentence = /max_limit\s*=\s*(\d{1,9})/.exec(JSON.stringify(body));
  const field = /(?:equal to|larger than|greater than|at most|exceed)\s+(\d{1,9})/.exec(
    JSON.stringify(fields._limit ?? ''),
  );
  const named = sentence ?? field;
  return named ? Number(named[1]) : null;
};

/** A smaller page to ask for after a refusal, or null when the refusal is about something else. */
export const smallerLimit = (request: ApiRequest, error: unknown): number | null => {
  const asked = limitOf(request);
  if (asked === null || !(error instanceof RefusedError) || error.status !== 400) return null;
  const named = namedIn(error.body);
  if (named !== null) return named >= 1 && named < asked ? named : null;
  // A search may also refuse its cursor or its fields, and a list may refuse a large `_skip`.
  const isFirstPage = request.method === 'GET' && request.query?._skip === undefined;
  return asked > USUAL_LIMIT && isFirstPage ? USUAL_LIMIT : null;
};

/**
 * Asks for smaller pages if the server refuses a page as too large. The refusal may name the largest page. That size is
 * remembered for the path, as long as the client exists. So walks need not know it, and no stream fails by it.
 */
export const withPageLimit = (): Layer => {
  const largest = new Map<string, number>();
  return (next) => {
    const send: ReturnType<Layer> = async (request, signal) => {
      const key = nameOf(request);
      const most = largest.get(key);
      const limit = limitOf(request);
      const fitting =
        most === undefined || limit === null || limit <= most ? request : withLimit(request, most);
      try {
        return await next(fitting, signal);
      } catch (error) {
        const smaller = smallerLimit(fitting, error);
        if (smaller === null) throw error;
        // Each round asks for less, so there are few.
        const reply = await send(withLimit(fitting, smaller), signal);
        largest.set(key, Math.min(smaller, largest.get(key) ?? smaller));
        return reply;
      }
    };
    return send;
  };
};
