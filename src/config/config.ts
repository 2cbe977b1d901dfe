import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { UsageError } from '../errors.ts';
import { describeIssues } from '../json/problems.ts';
import { looksLikeKey } from '../terminal/redact.ts';
import { oneYearBefore } from '../time/calendar.ts';
import type { Instant } from '../time/instant.ts';
import { CREDENTIALS, configShape, settings } from './settings.ts';
import { hasPrefix, variableOf, withoutPrefix } from './variable-names.ts';
import { VARIABLES } from './variables.ts';

const configSchema = z.object(configShape);

type Settings = z.infer<typeof configSchema>;

/** Settings whose default depends on the run. */
type Computed = 'start_date' | 'user_agent';

/** The settings under their names in config.json, checked and with defaults. */
export type Config = Readonly<Omit<Settings, Computed> & { [Name in Computed]: NonNullable<Settings[Name]> }>;

/**
 * Checks a config and fills in the defaults. A setting that is null counts as absent.
 * @param origins the file that each setting comes from, if there are several files
 * @throws UsageError with all mistakes
 */
export const parseConfig = (
  object: Readonly<Record<string, unknown>>,
  file: string,
  now: Instant,
  version: string,
  origins: ReadonlyMap<string, string> = new Map(),
): { readonly config: Config; readonly warnings: readonly string[] } => {
  const given = Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

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
  // A misspelt name may be the reason why a setting is missing, so unknown names are listed too.
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

/** Mistakes in api_key and access_token. An empty one counts as absent, since it may come from a variable that is not set. */
const describeCredentials = (given: Readonly<Record<string, unknown>>): string[] => {
  const present = CREDENTIALS.filter((kind) => {
    const value = given[kind];
    return value !== undefined && (typeof value !== 'string' || value.trim() !== '');
  });
  if (present.length === 1) return [];
  if (present.length === 2) return ['api_key: give either api_key or access_token, not both'];
  const empty = CREDENTIALS.find((kind) => kind in given);
  if (empty !== undefined) return [`${empty}: is empty`];
  return ['api_key: is missing; create one in Close under Settings, Developer, API Keys'];
};

/** The file of the setting that a problem is about. Every problem begins with the name of the setting. */
const originOf = (problem: string, origins: ReadonlyMap<string, string>): string | undefined =>
  origins.get(/^[^:.[]*/.exec(problem)?.[0] ?? '');

const NAMES = settings.map(({ name }) => name);

const unknownIn = (keys: readonly string[]): string[] => keys.filter((key) => !NAMES.includes(key));

const describeUnknown = (key: string): string => {
  if (looksLikeKey(key)) {
    return 'a setting is ignored, and its name is not shown because it looks like an API key; write "api_key": "<the key>"';
  }
  const meant = meantBy(key);
  return `${key}: there is no such setting, so it is ignored${meant === null ? '' : `; did you mean ${meant}?`}`;
};

const meantBy = (key: string): string | null => {
  if (!hasPrefix(key)) return didYouMean(key, NAMES);
  // Somebody may have written the name of a variable into a file.
  const setting = NAMES.find((name) => variableOf(name) === key);
  if (setting !== undefined) return setting;
  // The prefix that all variables share must not make them similar.
  const rest = didYouMean(withoutPrefix(key), VARIABLES.map(withoutPrefix));
  return rest === null ? null : variableOf(rest);
};
