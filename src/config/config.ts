import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { UsageError } from '../errors.ts';
import { describeIssues } from '../json/problems.ts';
import { looksLikeKey } from '../terminal/redact.ts';
import { oneYearBefore } from '../time/calendar.ts';
import type { Instant } from '../time/instant.ts';
import { configShape, settings } from './settings.ts';
import { VARIABLES, variableOf } from './variables.ts';

const configSchema = z.object(configShape);

type Settings = z.infer<typeof configSchema>;

/** Settings whose default the run decides. */
type Computed = 'start_date' | 'user_agent';

/** The settings, checked and with defaults filled in, under the names that they have in config.json. */
export type Config = Readonly<Omit<Settings, Computed> & { [Name in Computed]: NonNullable<Settings[Name]> }>;

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
  if (start.success && (start.data ?? now) > now) {
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
    ...options,
    start_date: options.start_date ?? oneYearBefore(now),
    user_agent: options.user_agent ?? `tap-closeio/${version}`,
    base_url: options.base_url.replace(/\/+$/, ''),
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
  if (!/^TAP_CLOSEIO_/i.test(key)) return didYouMean(key, NAMES);
  // In a file, a variable's name is not the option's.
  const option = NAMES.find((name) => variableOf(name) === key);
  if (option !== undefined) return option;
  // What all of them begin with is not to count as alike.
  const rest = didYouMean(withoutPrefix(key), VARIABLES.map(withoutPrefix));
  return rest === null ? null : variableOf(rest);
};

const withoutPrefix = (variable: string): string => variable.slice(variableOf('').length);
