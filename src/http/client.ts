import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { type ApiError, FinalError, PassingError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';
import type { Redact } from '../terminal/redact.ts';
import { parseHttpDate } from '../time/calendar.ts';
import { fromMillis, type Instant } from '../time/instant.ts';
import { createOutage } from './outage.ts';
import { parseJson } from './parse-json.ts';
import { parsePage } from './parse-page.ts';
import { type ApiRequest, compose, nameOf, type Send } from './request.ts';
import type { OnWait } from './tally.ts';
import { createTurns } from './turns.ts';
import { withConcurrency } from './with-concurrency.ts';
import { withKeyHidden } from './with-key-hidden.ts';
import { withMetrics } from './with-metrics.ts';
import { withPageLimit } from './with-page-limit.ts';
import { type RateLimitOptions, withRateLimit } from './with-rate-limit.ts';
import { withRetry } from './with-retry.ts';
import { withStatusErrors } from './with-status-errors.ts';

export interface ClientOptions extends Pick<Config, 'max_concurrency' | 'rate_limit_share' | 'max_retries'> {
  readonly transport: Send;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How long to wait for the end of an outage; 0 when absent: not at all. */
  readonly max_retry_seconds?: number;
  /** A path that every key may read, to find out whether Close answers at all. */
  readonly probe?: ApiRequest;
  readonly throttledEarly?: RateLimitOptions['throttledEarly'];
  /** Milliseconds before the first retry. */
  readonly firstWaitMs?: number;
  readonly random?: () => number;
  readonly onLimits?: RateLimitOptions['onLimits'];
  /** Takes the secrets out of a server's text, before the text is cut. */
  readonly redact?: Redact;
  /** The key, and what is sent in its place: no row may hold them. */
  readonly ownSecrets?: readonly string[];
  readonly onRequest?: (request: ApiRequest, status: number | null) => void;
  readonly onWait?: OnWait;
  /** Resolves when there is room for the rows of another page; rejects when the reader of the output has ended. */
  readonly room?: () => Promise<void>;
}

export interface Client {
  /**
   * Sends a request, again if necessary, until `parse` accepts its answer. When `parse` throws, the answer has a wrong
   * shape. That may pass, since a gateway may answer 200 with a page of its own, so the request is sent again.
   * @throws ApiError when the request fails for good
   */
  fetch<T>(request: ApiRequest, parse: (body: unknown) => T): Promise<T>;
  /** The server's clock when the first request was sent, or null before its answer came. */
  serverStart(): Instant | null;
  /** Resolves when any answer has come that is Close's own. */
  readonly answered: Promise<void>;
}

const KEY_IN_ROW =
  "the answer has the tap's own key in it; records get asterisks in its place. If somebody wrote the key into Close, make a new one";

/** A person notices a wait of this length, so the log shows it. */
const LONG_WAIT_MS = 10_000;

/**
 * Sends requests through all layers: page limit, errors by status, rate limits, concurrency, metrics, the hidden key.
 * Then it parses and retries.
 */
export const createClient = (options: ClientOptions): Client => {
  const { clock, log, signal, onWait = () => {} } = options;
  let serverStart: Instant | null = null;
  let firstSent: number | null = null;
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });

  const watchingClock: (next: Send) => Send = (next) => async (request, signal) => {
    firstSent ??= clock.now();
    const reply = await next(request, signal);
    // A gateway that answers in Close's place has a clock of its own.
    if (reply.status >= 500) return reply;
    const date = serverStart === null ? parseHttpDate(reply.headers.date ?? '') : null;
    if (date !== null) serverStart = date - fromMillis(clock.now() - firstSent);
    answer();
    return reply;
  };

  let refusedUntil = 0;
  const sayRefused = (request: ApiRequest, waitMs: number): void => {
    const message = `${nameOf(request)}: 429; requests to this group wait ${waitMs / 1000} s`;
    const until = clock.now() + waitMs;
    // Requests that were refused together wait together; only one of them is logged.
    if (waitMs >= LONG_WAIT_MS && until > refusedUntil + LONG_WAIT_MS) {
      refusedUntil = until;
      log.info(message, request.stream);
    } else log.debug(message, request.stream);
  };

  let hasHidden = false;
  const sayHidden = (request: ApiRequest): void => {
    if (hasHidden) return;
    hasHidden = true;
    log.warning(`${nameOf(request)}: ${KEY_IN_ROW}`, request.stream);
  };

  const send = compose(
    [
      withPageLimit(),
      withStatusErrors(options.redact ?? ((text) => text)),
      withRateLimit({
        clock,
        signal,
        max_concurrency: options.max_concurrency,
        rate_limit_share: options.rate_limit_share,
        throttledEarly: options.throttledEarly ?? [],
        random: options.random ?? Math.random,
        onLimits: options.onLimits ?? (() => {}),
        onWait,
        onRefused: (request, waitMs) => sayRefused(request, waitMs),
      }),
      withConcurrency(options.max_concurrency),
      withMetrics(log, clock, options.onRequest ?? (() => {})),
      watchingClock,
      withKeyHidden(options.ownSecrets ?? [], sayHidden),
    ],
    options.transport,
  );

  const inTurn = createTurns(options.room ?? (async () => {}));
  const attempt = async <T>(request: ApiRequest, parse: (body: unknown) => T): Promise<T> => {
    const reply = await send(request, signal);
    const { page, text } = reply;
    reply.page = null;
    const read = (): T => {
      signal.throwIfAborted();
      try {
        return parse(page ? parsePage(page.bytes) : parseJson(text));
      } catch (cause) {
        const details = { request: nameOf(request), status: reply.status };
        // The message of a SyntaxError quotes a piece of the answer, which may hold half a secret.
        if (cause instanceof SyntaxError) throw new PassingError('the answer is not JSON', details);
        throw new PassingError('the answer has an unexpected shape', { ...details, cause });
      }
    };
    if (!page) return read();
    try {
      return await inTurn(read);
    } finally {
      page.release();
    }
  };

  const { probe, max_retry_seconds = 0 } = options;
  const outage = createOutage({
    clock,
    log,
    signal,
    max_retry_seconds,
    onWait,
    probe: async () => {
      if (!probe) return;
      await attempt(probe, (body) => body).catch((error: unknown) => {
        // A refusal is an answer.
        if (!(error instanceof FinalError) || error.status === null) throw error;
      });
    },
  });
  const sayAgain = (request: ApiRequest, error: ApiError, repetition: number): void => {
    const message = `${error.message}; trying again (${repetition} of ${options.max_retries})`;
    if (outage.isNews(repetition)) log.warning(message, request.stream);
    else log.debug(message, request.stream);
  };

  return {
    fetch: (request, parse) =>
      withRetry(() => attempt(request, parse), {
        max_retries: options.max_retries,
        firstWaitMs: options.firstWaitMs ?? 500,
        max_retry_seconds,
        clock,
        random: options.random ?? Math.random,
        signal,
        outage,
        onWait,
        onRetry: (error, repetition) => sayAgain(request, error, repetition),
      }),
    serverStart: () => serverStart,
    answered,
  };
};
