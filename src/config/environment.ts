import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { Level } from '../terminal/log.ts';
import { settings } from './settings.ts';
import { unknownVariables, variableOf } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface LogSettings {
  readonly level: Level;
  readonly format: 'plain' | 'structured';
}

/** Python's names, which is what Meltano and people write. */
const LEVELS: Readonly<Record<string, Level>> = {
  NOTSET: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERROR: 'error',
  FATAL: 'critical',
  CRITICAL: 'critical',
};

const level = z.string().transform((text) => LEVELS[text.trim().toUpperCase()]);

/** The part of a Python logging configuration that says what Meltano wants. */
const meltanoSchema = z.object({
  formatters: z.object({ singer_formatter: z.object({ '()': z.string().optional() }).optional() }).optional(),
  root: z.object({ level: level.optional() }).optional(),
});

/**
 * How to log: TAP_CLOSEIO_LOGLEVEL or LOGLEVEL, else as Meltano asks in the file that SINGER_SDK_LOG_CONFIG names.
 * What cannot be understood counts for nothing: a log setting is no reason to read nothing.
 */
export const logSettings = (env: Environment, readFile: (path: string) => string): LogSettings => {
  const meltano = readMeltano(env.SINGER_SDK_LOG_CONFIG, readFile);
  const asked = [env.TAP_CLOSEIO_LOGLEVEL, env.LOGLEVEL].map((text) => level.safeParse(text).data);
  const structured = meltano?.formatters?.singer_formatter?.['()']?.endsWith('StructuredFormatter');
  return {
    level: asked.find((found) => found !== undefined) ?? meltano?.root?.level ?? 'info',
    format: structured ? 'structured' : 'plain',
  };
};

const readMeltano = (path: string | undefined, readFile: (path: string) => string) => {
  if (!path) return undefined;
  try {
    return meltanoSchema.safeParse(JSON.parse(readFile(path))).data;
  } catch {
    return undefined;
  }
};

/**
 * The config in the variables TAP_CLOSEIO_<OPTION>, and under their own names those that are no option, to warn of them.
 * A variable that is empty is not set.
 */
export const configFromEnvironment = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...settings.flatMap(({ name }) => {
      const value = env[variableOf(name)];
      return value ? [[name, value]] : [];
    }),
    ...unknownVariables(env).map((name) => [name, 'unknown']),
  ]);

/** The same of the text of a `.env` file. */
export const configFromDotEnv = (text: string): Readonly<Record<string, string>> =>
  configFromEnvironment(parseEnv(text));
