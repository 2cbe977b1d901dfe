import { z } from 'zod';
import { closest } from '../did-you-mean.ts';
import { UsageError } from '../errors.ts';
import { describeIssues } from '../json/problems.ts';
import { looksLikeKey } from '../terminal/redact.ts';
import { oneYearBefore } from '../time/calendar.ts';
import type { Instant } from '../time/instant.ts';
import { configShape, settings } from './settings.ts';
import { VARIABLES, variableOf } from './variables.ts';

/** config.json, checked and with defaults filled in. */
export interface Config {
  readonly credentials: {
    readonly kind: 'api_key' | 'access_token';
    readonly secret: string;
  };
  readonly startDate: Instant;
  /** Patterns of what to read, as they were written; null: what is selected by default. */
  readonly select: readonly string[] | null;
  readonly activitiesWindowSeconds: number;
  /** At most so many days a request for activities may span; null: as many as it takes. */
  readonly dateWindowDays: number | null;
  readonly leadsOverlapSeconds: number;
  readonly userAgent: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly pageSize: number | null;
  readonly maxConcurrency: number;
  readonly requestTimeoutSeconds: number;
  readonly maxRetries: number;
  /** How long an outage is waited out. */
  readonly maxRetrySeconds: number;
  /** 0.05 to 1: how much of each rate limit this run may use. */
  readonly rateLimitShare: number;
  readonly validateRecords: boolean;
  readonly lateActivityChanges: boolean;
  readonly emitDeletes: boolean;
  readonly activateVersion: boolean;
  readonly customFieldColumns: boolean;
}

const configSchema = z.object(configShape);
const objectSchema = z.record(z.string(), z.unknown());

/**
 * Checks a config and fills in the defaults; an option that is null is absent.
 * @param origins the file that each option comes from, where there is more than one
 */
export const parseConfig = (
  json: unknown,
  file: string,
  now: Instant,
  version: string,
  origins: ReadonlyMap<string, string> = new Map(),
): { readonly config: Config; readonly warnings: readonly string[] } => {
  const object = objectSchema.safeParse(json);
  if (!object.success) throw new UsageError([`${file}: must be a JSON object`]);
  const given = Object.fromEntries(Object.entries(object.data).filter(([, value]) => value !== null));

  const parsed = configSchema.safeParse(given);
  const problems = [
    ...describeCredentials(given),
    ...(parsed.success ? [] : describeIssues(parsed.error.issues, '')),
  ];
  const start = configShape.start_date.safeParse(given.start_date);
  if (start.success && start.data !== undefined && start.data > now) {
    problems.push('start_date: must not be in the future');
  }
  const located = (problem: string): string => `${originOf(problem, origins) ?? file}: ${problem}`;
  const warnings = unknownIn(Object.keys(given)).map(
    (key) => `${origins.get(key) ?? file}: ${describeUnknown(key)}`,
  );
  // A name that is not known may be the reason why one that is has no value.
  if (!parsed.success || problems.length > 0) throw new UsageError([...problems.map(located), ...warnings]);

  const options = parsed.data;
  const config: Config = {
    credentials: options.api_key
      ? { kind: 'api_key', secret: options.api_key }
      : { kind: 'access_token', secret: options.access_token ?? '' },
    startDate: options.start_date ?? oneYearBefore(now),
    select: options.select,
    activitiesWindowSeconds: options.activities_window_seconds,
    dateWindowDays: options.date_window,
    leadsOverlapSeconds: options.leads_overlap_seconds,
    userAgent: options.user_agent ?? `tap-closeio/${version}`,
    baseUrl: (options.base_url ?? 'https://api.close.com/api/v1').replace(/\/+$/, ''),
    pageSize: options.page_size,
    maxConcurrency: options.max_concurrency,
    requestTimeoutSeconds: options.request_timeout_seconds,
    maxRetries: options.max_retries,
    maxRetrySeconds: options.max_retry_seconds,
    rateLimitShare: options.rate_limit_share,
    validateRecords: options.validate_records,
    lateActivityChanges: options.late_activity_changes,
    emitDeletes: options.emit_deletes,
    activateVersion: options.activate_version,
    customFieldColumns: options.custom_field_columns,
  };
  return { config: Object.freeze(config), warnings };
};

/** Empty is as good as absent, so that an unset variable does not forbid the other kind. */
const describeCredentials = (given: Readonly<Record<string, unknown>>): string[] => {
  const kinds = ['api_key', 'access_token'];
  const present = kinds.filter((kind) => {
    const value = given[kind];
    return value !== undefined && (typeof value !== 'string' || value.trim() !== '');
  });
  if (present.length === 1) return [];
  if (present.length === 2) return ['api_key: give either api_key or access_token, not both'];
  const empty = kinds.find((kind) => kind in given);
  if (empty !== undefined) return [`${empty}: is empty`];
  return ['api_key: is missing; create one in Close under Settings, Developer, API Keys'];
};

/** Every problem begins with the option that it is about. */
const originOf = (problem: string, origins: ReadonlyMap<string, string>): string | undefined =>
  origins.get(/^[^:.[]*/.exec(problem)?.[0] ?? '');

const NAMES = settings.map(({ name }) => name);

const unknownIn = (keys: readonly string[]): string[] => keys.filter((key) => !NAMES.includes(key));

const describeUnknown = (key: string): string => {
  if (looksLikeKey(key)) {
    return 'an option whose name looks like an API key is ignored, and its name not shown; write "api_key": "<the key>"';
  }
  const meant = meantBy(key);
  return `${key}: no such option, it is ignored${meant === null ? '' : `; did you mean ${meant}?`}`;
};

const meantBy = (key: string): string | null => {
  if (!/^TAP_CLOSEIO_/i.test(key)) return closest(key, NAMES);
  // In a file, a variable's name is not the option's.
  const option = NAMES.find((name) => variableOf(name) === key);
  if (option !== undefined) return option;
  // What all of them begin with is not to count as alike.
  const rest = closest(withoutPrefix(key), VARIABLES.map(withoutPrefix));
  return rest === null ? null : variableOf(rest);
};

const withoutPrefix = (variable: string): string => variable.slice(variableOf('').length);
