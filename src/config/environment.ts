import { parseEnv } from 'node:util';
import { settings } from './settings.ts';
import { variableOf } from './variable-names.ts';
import { unknownVariables } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings in the variables TAP_CLOSEIO_<SETTING>. An unknown variable keeps its whole name, so that there can be a
 * warning about it. An empty variable counts as not set.
 */
export const configFromEnvironment = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...settings.flatMap(({ name }) => {
      const value = env[variableOf(name)];
      return value ? [[name, value]] : [];
    }),
    ...unknownVariables(env).map((name) => [name, 'unknown']),
  ]);

/** The settings in the text of a `.env` file. */
export const configFromDotEnv = (text: string): Readonly<Record<string, string>> =>
  configFromEnvironment(parseEnv(text));
