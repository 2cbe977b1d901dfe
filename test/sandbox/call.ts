import { badRequest, tooLarge } from './api-error.ts';
import { type Micros, readMoment } from './moments.ts';
import type { Organisation } from './organisation.ts';
import type { Params } from './params.ts';
import { GRAINS, type SandboxOptions } from './sandbox-options.ts';
import type { Store } from './store.ts';

/** A request that an endpoint is answering. */
export interface Call {
  readonly path: string;
  readonly captures: readonly string[];
  readonly params: Params;
  readonly body: unknown;
  /** The time zone of `x-tz-offset` in hours, for dates without a zone. */
  readonly offset: number;
  readonly organisation: Organisation;
  readonly store: Store;
  readonly options: SandboxOptions;
  readonly now: Micros;
  readonly ignore: (name: string) => void;
}

export interface Answer {
  readonly text: string;
  readonly rows: number;
  readonly status?: number;
}

export type Endpoint = (call: Call) => Answer;

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: RegExp;
  readonly answer: Endpoint;
}

/** A route such as `/lead/{id}/`, in which `{…}` matches one part of the path. */
export function route(method: Route['method'], path: string, answer: Endpoint): Route {
  const pattern = new RegExp(`^${path.replace(/\{[a-z_]+\}/g, '([^/]+)')}$`);
  return { method, pattern, answer };
}

export interface Page {
  readonly limit: number;
  readonly skip: number;
}

/** `_limit` and `_skip`. If they are not numbers or too large, they are refused with Close's texts. */
export function pageOf({ params, options, path }: Call, largest: number): Page {
  const limit = integer(params.get('_limit'), '_limit') ?? 100;
  const skip = integer(params.get('_skip'), '_skip') ?? 0;
  const most = options.maxLimit[path] ?? options.maxLimit['*'] ?? largest;
  const deepest = options.maxSkip[path] ?? options.maxSkip['*'] ?? 250_000;
  if (limit > most) throw tooLarge('_limit', most);
  if (skip > deepest) throw tooLarge('_skip', deepest);
  return { limit, skip };
}

function integer(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`${name} must be an integer (got "${text}" instead).`);
  if (Number(text) < 0) throw badRequest(`${name} must be a non-negative integer (got "${text}" instead).`);
  return Number(text);
}

/** Bounds in microseconds; the upper one is not included. */
export interface Bounds {
  readonly low: Micros;
  readonly high: Micros;
}

/** The filters `__gt __gte __lt __lte` of a date, as exact as the sandbox's list filters are set to be. */
export function boundsOf(call: Call, field: string): Bounds | undefined {
  const grain = GRAINS[call.options.filterGrain];
  let [low, high] = [-Infinity, Infinity];
  for (const operator of ['gt', 'gte', 'lt', 'lte'] as const) {
    const text = call.params.get(`${field}__${operator}`);
    if (text === undefined || text === '') continue;
    const at = readMoment(text, call.offset);
    if (at === undefined) throw badRequest(`Invalid date "${text}" for ${field}__${operator}.`);
    const floor = Math.floor(at / grain) * grain;
    if (operator === 'gt') low = Math.max(low, floor + grain);
    if (operator === 'gte') low = Math.max(low, floor);
    if (operator === 'lt') high = Math.min(high, floor);
    if (operator === 'lte') high = Math.min(high, floor + grain);
  }
  return low === -Infinity && high === Infinity ? undefined : { low, high };
}
