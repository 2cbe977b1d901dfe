import type { Dispatcher } from 'undici';
import type { Config } from '../config/config.ts';
import { FinalError, PassingError, UnreachableError } from '../errors.ts';
import { textOf } from './body-text.ts';
import { describeNetworkError, isLasting, leadsNowhere } from './network-errors.ts';
import { createBodyReader, type ReadBody } from './read-body.ts';
import { type ApiRequest, isSuccess, nameOf, type Reply, type Send } from './request.ts';
import { requestOver } from './undici.ts';
import { toWire } from './wire-request.ts';

export interface TransportOptions
  extends Pick<Config, 'base_url' | 'request_timeout_seconds' | 'user_agent'> {
  /** Value of the Authorization header. */
  readonly authorization: string;
  readonly dispatcher: Dispatcher;
  /** The largest page that the memory has room for, in bytes. */
  readonly largestPage?: number;
}

/** The whole answer may take this many times the timeout: a slow body may never reach the timeout between two parts. */
const WHOLE_REQUEST = 3;

/** Only pages of rows have so many bytes. */
const LARGE_BYTES = 16 * 1024;

/** Sends one request over the network and reads its whole answer. Rejects with a PassingError or a FinalError. */
export const createTransport = (options: TransportOptions): Send => {
  const readBody = createBodyReader(options.largestPage);

  return async (request, signal) => {
    signal.throwIfAborted();
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal.reason);
    // The dispatcher reacts to an abort only after it has a connection.
    const aborted = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    const longestMs = options.request_timeout_seconds * 1000 * WHOLE_REQUEST;
    const deadline = setTimeout(
      () => controller.abort(new Error(`no complete answer within ${longestMs / 1000} s`)),
      longestMs,
    );
    signal.addEventListener('abort', stop, { once: true });
    const exchanged = exchange(request, options, readBody, controller.signal);
    try {
      return await Promise.race([exchanged, aborted]);
    } catch (error) {
      exchanged.then(
        ({ page }) => page?.release(),
        () => {},
      );
      if (signal.aborted) throw signal.reason;
      const Kind = leadsNowhere(error) ? UnreachableError : isLasting(error) ? FinalError : PassingError;
      throw new Kind(describeNetworkError(error), { request: nameOf(request), cause: error });
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
    }
  };
};

const exchange = async (
  request: ApiRequest,
  options: TransportOptions,
  readBody: ReadBody,
  signal: AbortSignal,
): Promise<Reply> => {
  const { url, method, headers: own, body } = toWire(request, options.base_url);
  const { origin, pathname, search } = new URL(url);
  const timeoutMs = options.request_timeout_seconds * 1000;
  const answer = await requestOver.call(options.dispatcher, {
    origin,
    path: `${pathname}${search}`,
    method,
    headers: {
      accept: 'application/json',
      authorization: options.authorization,
      'user-agent': options.user_agent,
      ...own,
    },
    body,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal,
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const encoding = headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity') {
    const page = await readBody(answer.body, headers['content-length']);
    const status = answer.statusCode;
    if (isSuccess(status) && page.bytes.length >= LARGE_BYTES) return { status, headers, text: '', page };
    const text = textOf(page.bytes);
    page.release();
    return { status, headers, text };
  }
  // A compressed answer may unpack to any size, and the tap does not ask for one. The body of a refusal is not needed;
  // a page is.
  answer.body.on('error', () => {}).destroy();
  if (!isSuccess(answer.statusCode)) return { status: answer.statusCode, headers, text: '' };
  throw new Error(
    `the answer is compressed (content-encoding: ${encoding.slice(0, 40)}), although the tap did not ask for it; a proxy may have done it`,
  );
};
