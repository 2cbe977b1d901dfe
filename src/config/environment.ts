import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { Threshold } from '../terminal/log.ts';
import { settings } from './settings.ts';
import { LOG_LEVEL, LOG_TIMESTAMPS, unknownVariables, variableOf } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface LogSettings {
  readonly level: Threshold;
  readonly format: 'plain' | 'structured';
  /** Whether plain lines begin with the time; null if no variable says so. */
  readonly timestamps: boolean | null;
  /** The mistakes in the variables, one line for each. */
  readonly problems: readonly string[];
}

/** The names of Python's log levels, which Meltano and people use. */
const LEVELS: Readonly<Record<string, Threshold>> = {
  NOTSET: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERROR: 'error',
  FATAL: 'critical',
  CRITICAL: 'critical',
  SILENT: 'silent',
};

/** The first of these that is set counts. */
const LEVEL_VARIABLES = [LOG_LEVEL, 'LOGLEVEL'];
const ANSWERS: Readonly<Record<string, boolean>> = {
  TRUE: true,
  YES: true,
  ON: true,
  1: true,
  FALSE: false,
  NO: false,
  OFF: false,
  0: false,
};

const level = z.string().transform((text) => LEVELS[text.trim().toUpperCase()]);

/** The part of Meltano's logging configuration for Python that the tap uses. */
const meltanoSchema = z.object({
  formatters: z.object({ singer_formatter: z.object({ '()': z.string().optional() }).optional() }).optional(),
  root: z.object({ level: level.optional() }).optional(),
});

/** Reads a variable that must be one of these words. */
const readWord = <Value>(
  name: string,
  text: string | undefined,
  words: Readonly<Record<string, Value>>,
): { readonly value?: Value | undefined; readonly problems: readonly string[] } => {
  const word = text?.trim().toUpperCase() ?? '';
  if (word === '') return { problems: [] };
  if (Object.hasOwn(words, word)) return { value: words[word], problems: [] };
  return { problems: [`${name}: ${JSON.stringify(text)} is not one of ${Object.keys(words).join(', ')}`] };
};

/**
 * How to log. TAP_CLOSEIO_LOGLEVEL or LOGLEVEL give the level, or else the file of Meltano that SINGER_SDK_LOG_CONFIG names.
 * Mistakes in that file are ignored, because no user wrote it.
 */
export const logSettings = (env: Environment, readFile: (path: string) => string): LogSettings => {
  const meltano = readMeltano(env.SINGER_SDK_LOG_CONFIG, readFile);
  const variable = LEVEL_VARIABLES.find((name) => env[name]?.trim()) ?? '';
  const asked = readWord(variable, env[variable], LEVELS);
  const timestamps = readWord(LOG_TIMESTAMPS, env[LOG_TIMESTAMPS], ANSWERS);
  const structured = meltano?.formatters?.singer_formatter?.['()']?.endsWith('StructuredFormatter');
  return {
    level: asked.value ?? meltano?.root?.level ?? 'info',
    format: structured ? 'structured' : 'plain',
    timestamps: timestamps.value ?? null,
    problems: [...asked.problems, ...timestamps.problems],
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
