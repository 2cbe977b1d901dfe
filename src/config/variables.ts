import { settings } from './settings.ts';

/** The variable in the environment that gives a setting. */
export const variableOf = (setting: string): string => `TAP_CLOSEIO_${setting.toUpperCase()}`;

/** Variables that are no settings: how to log. */
const OF_THE_LOG = ['TAP_CLOSEIO_LOGLEVEL', 'TAP_CLOSEIO_LOG_TIMESTAMPS'];

/** Every variable that the tap knows. */
export const VARIABLES: readonly string[] = [...settings.map(({ name }) => variableOf(name)), ...OF_THE_LOG];

/** With two underscores, as in TAP_CLOSEIO__SELECT, they are Meltano's own. */
const OURS = /^TAP_CLOSEIO_(?!_)/i;

/** The variables that look like ours, have a value, and mean nothing. */
export const unknownVariables = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(env).filter((name) => {
    if (!OURS.test(name) || !env[name]) return false;
    const upper = name.toUpperCase();
    // Windows does not tell upper case from lower.
    return !VARIABLES.includes(upper) || !env[upper];
  });
