import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { Threshold } from '../terminal/log.ts';
import { settings } from './settings.ts';
import { unknownVariables, variableOf } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface LogSettings {
  readonly level: Threshold;
  readonly format: 'plain' | 'structured';
  /** Whether plain lines begin with the time; null when no variable says. */
  readonly timestamps: boolean | null;
  /** What is wrong with the variables, one line each. */
  readonly problems: readonly string[];
}

/** Python's names, which is what Meltano and people write. */
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

/** The first one that is set wins. */
const LEVEL_VARIABLES = ['TAP_CLOSEIO_LOGLEVEL', 'LOGLEVEL'];
const TIMESTAMPS = 'TAP_CLOSEIO_LOG_TIMESTAMPS';
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

/** The part of a Python logging configuration that says what Meltano wants. */
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
 * How to log: TAP_CLOSEIO_LOGLEVEL or LOGLEVEL, else as Meltano asks in the file that SINGER_SDK_LOG_CONFIG names. What
 * cannot be understood in that file counts for nothing, for no user wrote it.
 */
export const logSettings = (env: Environment, readFile: (path: string) => string): LogSettings => {
  const meltano = readMeltano(env.SINGER_SDK_LOG_CONFIG, readFile);
  const variable = LEVEL_VARIABLES.find((name) => env[name]?.trim()) ?? '';
  const asked = readWord(variable, env[variable], LEVELS);
  const timestamps = readWord(TIMESTAMPS, env[TIMESTAMPS], ANSWERS);
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
 * The config in the variables TAP_CLOSEIO_<OPTION>. Unknown ones keep their own names, so that they can be warned about.
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
