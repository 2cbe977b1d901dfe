import { isRecord } from '../json/is-record.ts';
import type { Threshold } from '../terminal/log.ts';
import { LOG_LEVEL, LOG_TIMESTAMPS } from './variable-names.ts';

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
  return {
    level: asked.value ?? meltano.level ?? 'info',
    format: meltano.isStructured ? 'structured' : 'plain',
    timestamps: timestamps.value ?? null,
    problems: [...asked.problems, ...timestamps.problems],
  };
};

/** What the Python logging configuration that Meltano writes says of the level and of the formatter. */
const readMeltano = (
  path: string | undefined,
  readFile: (path: string) => string,
): { readonly level?: Threshold | undefined; readonly isStructured?: boolean } => {
  if (!path) return {};
  try {
    const config: unknown = JSON.parse(readFile(path));
    const formatter = textAt(config, 'formatters', 'singer_formatter', '()');
    return {
      level: readWord('', textAt(config, 'root', 'level'), LEVELS).value,
      isStructured: formatter?.endsWith('StructuredFormatter') ?? false,
    };
  } catch {
    return {};
  }
};

/** The string under these keys, one inside the other. */
const textAt = (value: unknown, ...keys: readonly string[]): string | undefined => {
  const found = keys.reduce((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
  return typeof found === 'string' ? found : undefined;
};
