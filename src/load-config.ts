import { readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';
import { type Config, parseConfig } from './config.ts';
import { configFromEnvironment } from './environment.ts';
import { UsageError } from './errors.ts';
import { readJsonFile } from './files.ts';
import { fromMillis } from './time.ts';

const FROM_ENVIRONMENT = 'ENV';

const readDotEnv = (): string => {
  try {
    return readFileSync('.env', 'utf8');
  } catch {
    return '';
  }
};

/** Reads the config of one or several `--config`: later files win key by key, the environment over all of them. */
export const loadConfig = async (
  sources: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  version: string,
): Promise<{ readonly config: Config; readonly warnings: readonly string[] }> => {
  const files = sources.filter((source) => source !== FROM_ENVIRONMENT);
  const objects = await Promise.all(files.map((file) => readJsonFile(file, 'config')));
  const named = files.join(', ') || 'environment';
  const [only] = objects;
  if (sources.length === 1 && objects.length === 1) {
    return parseConfig(only, named, fromMillis(clock.now()), version);
  }
  const wrong = files.filter((_, index) => !isObject(objects[index]));
  if (wrong.length > 0) throw new UsageError(wrong.map((file) => `${file}: must be a JSON object`));
  const environment = sources.includes(FROM_ENVIRONMENT) ? configFromEnvironment(env, readDotEnv()) : {};
  return parseConfig(Object.assign({}, ...objects, environment), named, fromMillis(clock.now()), version);
};

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
