import { parseHttpDate, toMillis } from '../time.ts';
import type { Reply } from './request.ts';

/** What one header family says of a rate limit. */
export interface RateLimit {
  /** The header family; families may speak of different limits, and all of them hold. */
  readonly family: string;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the limit is whole again. */
  readonly resetMs: number;
}

const number = (text: string | undefined): number | null => {
  // "60, 60;w=1, 100;w=1" lists further windows behind the one in force.
  const match = text === undefined ? null : /^\s*(\d+(?:\.\d+)?)\s*(?:[,;]|$)/.exec(text);
  return match ? Number(match[1]) : null;
};

const limitOf = (
  family: string,
  limit: number | null,
  remaining: number | null,
  reset: number | null,
): RateLimit[] =>
  limit === null || remaining === null || reset === null
    ? []
    : [{ family, limit, remaining, resetMs: reset * 1000 }];

/**
 * Reads every form in which Close has been seen to state its limits: `ratelimit: limit=100, remaining=50, reset=5`
 * (documented; the wire has semicolons, and decimals occur), `ratelimit-limit` and its kin, `x-ratelimit-…`, and
 * the `x-rate-limit-…` of before 2023.
 */
export const readRateLimits = (headers: Reply['headers']): RateLimit[] => {
  const combined = Object.fromEntries(
    (headers.ratelimit ?? '').split(/[,;]/).map((part) => part.split('=').map((side) => side.trim())),
  );
  return [
    ...limitOf('ratelimit', number(combined.limit), number(combined.remaining), number(combined.reset)),
    ...['ratelimit-', 'x-ratelimit-', 'x-rate-limit-'].flatMap((prefix) =>
      limitOf(
        prefix,
        number(headers[`${prefix}limit`]),
        number(headers[`${prefix}remaining`]),
        number(headers[`${prefix}reset`]),
      ),
    ),
  ];
};

/**
 * How long a refusal asks to wait, in milliseconds: the exact reset where there is one, else `retry-after` (the same
 * rounded up, or a date), else the deprecated figure in the body. "At once" is no answer to a refusal.
 * @returns null when the answer does not say
 */
export const readWait = (reply: Reply, nowMs: number): number | null => {
  const limits = readRateLimits(reply.headers);
  const longest = (stated: readonly RateLimit[]): number =>
    Math.max(0, ...stated.map(({ resetMs }) => resetMs));
  return (
    longest(limits.filter(({ remaining }) => remaining < 1)) ||
    waitInHeader(reply.headers['retry-after'], nowMs) ||
    longest(limits) ||
    waitInBody(reply.text)
  );
};

const waitInHeader = (text: string | undefined, nowMs: number): number => {
  const seconds = number(text);
  if (seconds !== null) return seconds * 1000;
  const date = parseHttpDate(text ?? '');
  return date === null ? 0 : Math.max(0, toMillis(date) - nowMs);
};

const waitInBody = (text: string): number | null => {
  // Top level or below "error", a number or a string: the name is the same everywhere.
  const match = /"rate_reset"\s*:\s*"?(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(text);
  return match ? Number(match[1]) * 1000 || null : null;
};
