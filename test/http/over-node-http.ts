import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Agent, type Dispatcher } from 'undici';

/**
 * The last step of a dispatcher, made with node:http. nock can intercept node:http, but not undici. It is enough for
 * requests that have their body in one piece.
 */
const overNodeHttp: Dispatcher.Dispatch = (options, handler) => {
  const url = new URL(options.path, options.origin);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, {
    method: options.method,
    headers: options.headers as Readonly<Record<string, string>>,
  });
  let answer: IncomingMessage | null = null;
  let reason: Error | null = null;
  const controller: Dispatcher.DispatchController = {
    get aborted() {
      return reason !== null;
    },
    get paused() {
      return answer?.isPaused() ?? false;
    },
    get reason() {
      return reason;
    },
    rawHeaders: null,
    rawTrailers: null,
    pause: () => answer?.pause(),
    resume: () => answer?.resume(),
    abort: (cause) => {
      reason = cause;
      request.destroy(cause);
    },
  };
  const fail = (error: Error): void => handler.onResponseError?.(controller, reason ?? error);

  handler.onRequestStart?.(controller, {});
  request.on('error', fail);
  request.on('response', (response) => {
    answer = response;
    response.on('data', (chunk: Buffer) => handler.onResponseData?.(controller, chunk));
    response.on('end', () => handler.onResponseEnd?.(controller, {}));
    response.on('error', fail);
    handler.onResponseStart?.(controller, response.statusCode ?? 0, response.headers, response.statusMessage);
  });
  request.end(options.body ?? undefined);
  return true;
};

/** A dispatcher whose requests nock sees. */
export const interceptable = (): Dispatcher => new Agent().compose(() => overNodeHttp);
