import { parseHttpDate } from '../time/calendar.ts';
import { toMillis } from '../time/instant.ts';
import type { Reply } from './request.ts';

/** A rate limit, as one family of headers states it. */
export interface RateLimit {
  /** The family of headers. Families may state different limits; all of them hold. */
  readonly family: string;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the limit is full again. */
  readonly resetMs: number;
}

/** The longest wait, whatever a server asks for. Close's windows last seconds; the longest seen is 30. */
export const LONGEST_WAIT_MS = 120_000;

/** No limit or wait is this large: such a number is a mistake, and breaks arithmetic. */
const LARGEST = 1e15;

const number = (text: string | undefined): number | null => {
  // "60, 60;w=1, 100;w=1" lists further windows after the one that holds now.
  const match = text === undefined ? null : /^\s*(\d+(?:\.\d+)?)\s*(?:[,;]|$)/.exec(text);
  return match && Number(match[1]) < LARGEST ? Number(match[1]) : null;
};

/** More seconds than this (32 years) are not a length of time but a date, in seconds since 1970. */
const EPOCH_FROM = 1e9;

/** Milliseconds from now, from the number in a header: seconds, or a date in seconds since 1970. */
const msFromNow = (seconds: number, nowMs: number): number =>
  seconds < EPOCH_FROM ? seconds * 1000 : Math.max(0, seconds * 1000 - nowMs);

const limitOf = (
  family: string,
  [limit, remaining, reset]: readonly (number | null)[],
  nowMs: number,
): RateLimit[] => {
  if (limit == null || remaining == null || reset == null) return [];
  const resetMs = msFromNow(reset, nowMs);
  // Close's limits reset within seconds. A reset in hours is a mistake, and to obey it would stop the run.
  return resetMs > LONGEST_WAIT_MS ? [] : [{ family, limit, remaining, resetMs }];
};

const FIELDS = ['limit', 'remaining', 'reset'] as const;

/**
 * Reads every form in which Close has been seen to state its limits: `ratelimit: limit=100, remaining=50, reset=5`
 * (documented; in practice there are semicolons, and decimals occur), `ratelimit-limit` and so on, `x-ratelimit-…`, and
 * the `x-rate-limit-…` of before 2023.
 */
export const readRateLimits = (headers: Reply['headers'], nowMs: number): RateLimit[] => {
  const combined = Object.fromEntries(
    (headers.ratelimit ?? '').split(/[,;]/).map((part) => part.split('=').map((side) => side.trim())),
  );
  return [
    ...limitOf(
      'ratelimit',
      FIELDS.map((field) => number(combined[field])),
      nowMs,
    ),
    ...['ratelimit-', 'x-ratelimit-', 'x-rate-limit-'].flatMap((prefix) =>
      limitOf(
        prefix,
        FIELDS.map((field) => number(headers[`${prefix}${field}`])),
        nowMs,
      ),
    ),
  ];
};

/**
 * How long a refusal asks to wait, in milliseconds: the exact reset where there is one, else `retry-after` (the same
 * rounded up, or a date), else the deprecated figure in the body. A wait of 0 counts as none.
 * @returns at most LONGEST_WAIT_MS; null when the answer does not say
 */
export const readWait = (reply: Reply, nowMs: number): number | null => {
  const limits = readRateLimits(reply.headers, nowMs);
  const longest = (stated: readonly RateLimit[]): number =>
    Math.max(0, ...stated.map(({ resetMs }) => resetMs));
  const asked =
    longest(limits.filter(({ remaining }) => remaining < 1)) ||
    waitInHeader(reply.headers['retry-after'], nowMs) ||
    longest(limits) ||
    waitInBody(reply.text, nowMs);
  return asked === 0 ? null : Math.min(asked, LONGEST_WAIT_MS);
};

const waitInHeader = (text: string | undefined, nowMs: number): number => {
  const seconds = number(text);
  if (seconds !== null) return msFromNow(seconds, nowMs);
  const date = parseHttpDate(text ?? '');
  return date === null ? 0 : Math.max(0, toMillis(date) - nowMs);
};

const waitInBody = (text: string, nowMs: number): number => {
  // It may be at the top level or below "error", a number or a string; the name is always the same.
  const match = /"rate_reset"\s*:\s*"?(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(text);
  const seconds = Number(match?.[1] ?? 0);
  return seconds < LARGEST ? msFromNow(seconds, nowMs) : 0;
};
