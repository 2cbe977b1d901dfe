import { isAscii, isUtf8, transcode } from 'node:buffer';
import { type Dispatcher, request as undiciRequest } from 'undici';
import { ApiError } from '../errors.ts';
import { type ApiRequest, nameOf, type Reply, type Send } from './request.ts';

export interface TransportOptions {
  readonly baseUrl: string;
  /** Value of the Authorization header. */
  readonly authorization: string;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher;
  /** Milliseconds to wait for the headers, and between two parts of the body. */
  readonly timeoutMs: number;
}

/** A body that trickles in never trips the timeout between two parts; this many times that long ends it. */
const WHOLE_REQUEST = 3;

/** The wire itself: sends one request and reads its whole answer. Rejects with a retriable ApiError. */
export const createTransport =
  (options: TransportOptions): Send =>
  async (request, signal) => {
    signal.throwIfAborted();
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal.reason);
    const deadline = setTimeout(
      () =>
        controller.abort(
          new Error(`no complete answer within ${(options.timeoutMs * WHOLE_REQUEST) / 1000} s`),
        ),
      options.timeoutMs * WHOLE_REQUEST,
    );
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await exchange(request, options, controller.signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new ApiError(reasonOf(error), { request: nameOf(request), retriable: true, cause: error });
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
    }
  };

const exchange = async (
  request: ApiRequest,
  options: TransportOptions,
  signal: AbortSignal,
): Promise<Reply> => {
  const query = request.query ? `?${new URLSearchParams(request.query)}` : '';
  const answer = await undiciRequest(`${options.baseUrl}${request.path}${query}`, {
    method: request.method,
    headers: {
      accept: 'application/json',
      authorization: options.authorization,
      'user-agent': options.userAgent,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    dispatcher: options.dispatcher,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    signal,
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.statusCode, headers, text: textOf(await answer.body.bytes()) };
};

const utf8 = new TextDecoder();
/** The first byte of a byte order mark, which only the decoder takes away. */
const BOM = 0xef;

/**
 * Decoding is a good part of a run's work: much faster where every byte is a character, and by way of UTF-16, which is
 * how a text with other characters is kept anyway.
 */
const textOf = (bytes: Uint8Array): string => {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!isUtf8(bytes) || bytes[0] === BOM) return utf8.decode(bytes);
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Node hides the reason of a refused connection in an AggregateError without a message.
  return error.message === '' ? code || error.name : error.message;
};
