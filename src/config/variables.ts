import { settings } from './settings.ts';

/** The environment variable for a setting. */
export const variableOf = (setting: string): string => `TAP_CLOSEIO_${setting.toUpperCase()}`;

/** Variables for the log, which are not settings. */
const LOG_VARIABLES = ['TAP_CLOSEIO_LOGLEVEL', 'TAP_CLOSEIO_LOG_TIMESTAMPS'];

/** Every variable that the tap knows. */
export const VARIABLES: readonly string[] = [
  ...settings.map(({ name }) => variableOf(name)),
  ...LOG_VARIABLES,
];

/** The tap's own variables. Those with two underscores, such as TAP_CLOSEIO__SELECT, belong to Meltano. */
const OURS = /^TAP_CLOSEIO_(?!_)/i;

/** Variables with a value that look like the tap's own, but have no meaning. */
export const unknownVariables = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(env).filter((name) => {
    if (!OURS.test(name) || !env[name]) return false;
    const upper = name.toUpperCase();
    // On Windows, upper and lower case in the name of a variable mean the same.
    return !VARIABLES.includes(upper) || !env[upper];
  });
