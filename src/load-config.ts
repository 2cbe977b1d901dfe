import { readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';
import { type Config, parseConfig } from './config.ts';
import { configFromEnvironment } from './environment.ts';
import { UsageError } from './errors.ts';
import { readJsonFile } from './files.ts';
import { gather } from './problems.ts';
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
  const objects = await gather(...files.map((file) => readObject(file)));
  const environment = sources.includes(FROM_ENVIRONMENT) ? configFromEnvironment(env, readDotEnv()) : {};
  const parts = [...files.map((file, index) => [file, objects[index] ?? {}] as const)];
  const named = [...parts, ['environment', environment] as const];
  const origins = new Map(named.flatMap(([file, object]) => Object.keys(object).map((key) => [key, file])));
  const all = Object.assign({}, ...named.map(([, object]) => object)) as object;
  return parseConfig(all, files.join(', ') || 'environment', fromMillis(clock.now()), version, origins);
};

const readObject = async (file: string): Promise<object> => {
  const json = await readJsonFile(file, 'config');
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  throw new UsageError([`${file}: must be a JSON object`]);
};
