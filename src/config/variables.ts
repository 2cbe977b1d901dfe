import { settings } from './settings.ts';
import { hasPrefix, LOG_LEVEL, LOG_TIMESTAMPS, variableOf, withoutPrefix } from './variable-names.ts';

/** Every variable that the tap knows. */
export const VARIABLES: readonly string[] = [
  ...settings.map(({ name }) => variableOf(name)),
  LOG_LEVEL,
  LOG_TIMESTAMPS,
];

/** Whether a variable is the tap's own. Those with two underscores, such as TAP_CLOSEIO__SELECT, belong to Meltano. */
const isOurs = (name: string): boolean => hasPrefix(name) && !withoutPrefix(name).startsWith('_');

/** The environment for another program, without the variables of this tap: one of them is the key. */
export const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !hasPrefix(name)));

/** Variables with a value that look like the tap's own, but have no meaning. */
export const unknownVariables = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(env).filter((name) => {
    if (!isOurs(name) || !env[name]) return false;
    const upper = name.toUpperCase();
    // On Windows, upper and lower case in the name of a variable mean the same.
    return !VARIABLES.includes(upper) || !env[upper];
  });
