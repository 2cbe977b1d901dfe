import { readFileSync } from 'node:fs';
import type { Api } from '../../src/close/walk.ts';
import { RefusedError } from '../../src/errors.ts';
import type { ApiRequest } from '../../src/http/request.ts';

/** A request that a walk must send, and the answer of Close. */
export interface Exchange {
  readonly method: ApiRequest['method'];
  readonly path: string;
  /** All parameters of the request; none by default. */
  readonly query?: Readonly<Record<string, string>>;
  /** Some of the fields that the body must have. */
  readonly body?: unknown;
  /** The status of the answer; 200 by default. */
  readonly status?: number;
  readonly answer: unknown;
}

export const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** The exchanges of a stream, from `fixtures/<stream>.json`. */
export const readExchanges = (stream: string): readonly Exchange[] =>
  JSON.parse(readFileSync(new URL(`${stream}.json`, FIXTURES), 'utf8')) as Exchange[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Whether `whole` has everything that is in `part`. Lists must begin in the same way. */
const holds = (whole: unknown, part: unknown): boolean =>
  isObject(part)
    ? isObject(whole) && Object.entries(part).every(([key, value]) => holds(whole[key], value))
    : whole === part;

const same = (a: object, b: object): boolean => holds(a, b) && holds(b, a);

export interface ScriptedClose extends Api {
  readonly requests: readonly ApiRequest[];
  /** The exchanges that were not used. */
  readonly left: () => readonly Exchange[];
}

export type Match = (request: ApiRequest, exchange: Exchange) => boolean;

/** The request has exactly the query of the exchange. */
export const exactly: Match = (request, exchange) =>
  same(request.query ?? {}, exchange.query ?? {}) && holds(request.body, exchange.body);

/** Answers each request with the first exchange that matches it. Any other request is an error. */
export const createScriptedClose = (
  exchanges: readonly Exchange[],
  match: Match = exactly,
  answerTo: (exchange: Exchange, request: ApiRequest) => unknown = ({ answer }) => answer,
): ScriptedClose => {
  const requests: ApiRequest[] = [];
  const met = new Set<Exchange>();
  return {
    requests,
    left: () => exchanges.filter((exchange) => !met.has(exchange)),
    fetch: async (request, parse) => {
      requests.push(request);
      await Promise.resolve();
      const exchange = exchanges.find(
        (each) => each.method === request.method && each.path === request.path && match(request, each),
      );
      if (!exchange) throw new Error(`nothing was scripted for ${JSON.stringify(request)}`);
      met.add(exchange);
      const name = `${request.method} ${request.path}`;
      if (exchange.status !== undefined)
        throw new RefusedError(String(exchange.status), { request: name, status: exchange.status });
      return parse(structuredClone(answerTo(exchange, request)));
    },
  };
};
