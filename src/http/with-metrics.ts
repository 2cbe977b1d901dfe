import type { Clock } from '../clock.ts';
import type { Log } from '../terminal/log.ts';
import { type ApiRequest, type Layer, nameOf } from './request.ts';

/** Logs each request at debug level, and its duration as a metric; queries hold filters, never credentials. */
export const withMetrics =
  (log: Log, clock: Clock, onRequest: (request: ApiRequest, status: number | null) => void): Layer =>
  (next) =>
  async (request, signal) => {
    const from = clock.now();
    const report = (status: number | null): void => {
      const seconds = (clock.now() - from) / 1000;
      const query = request.query ? `?${new URLSearchParams(request.query)}` : '';
      onRequest(request, status);
      log.debug(`${nameOf(request)}${query} ${status ?? 'no answer'} in ${seconds} s`, request.stream);
      const tags = {
        endpoint: request.path,
        ...(request.stream === undefined ? {} : { stream: request.stream }),
        ...(status === null ? {} : { http_status_code: status }),
        status: status !== null && status < 400 ? 'succeeded' : 'failed',
      };
      log.metric({ type: 'timer', metric: 'http_request_duration', value: seconds, tags }, 'debug');
    };
    try {
      const reply = await next(request, signal);
      report(reply.status);
      return reply;
    } catch (error) {
      report(null);
      throw error;
    }
  };
