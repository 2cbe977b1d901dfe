import type { Clock } from '../clock.ts';
import { UsageError } from '../errors.ts';
import { parseJsonText } from '../json/files.ts';
import { isRecord } from '../json/is-record.ts';
import { collectProblems } from '../json/problems.ts';
import { type FileText, readText } from '../json/read-text.ts';
import { fromMillis } from '../time/instant.ts';
import { type Config, parseConfig } from './config.ts';
import { configFromDotEnv, configFromEnvironment } from './environment.ts';
import { CREDENTIALS } from './settings.ts';
import { whoElseReads } from './who-else-reads.ts';

/** The name for --config that means the environment and not a file. */
export const FROM_ENVIRONMENT = 'ENV';
const DOT_ENV = '.env';
/** The settings that decide where a request goes, and the key with it. */
const DESTINATIONS = ['base_url'];

/** What is needed of the process to read a config. */
interface Reader {
  readonly host: NodeJS.Process;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly keepSecret: (secret: string) => void;
}

/** The settings from one place. */
interface Part {
  readonly from: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * Reads the config from all `--config` options. If a setting is in several files, the last one counts, and the environment
 * counts more than files. From then on, its secrets are taken out of every message, even if the rest of the config is wrong.
 * @throws UsageError with all mistakes
 */
export const loadConfig = async (
  sources: readonly string[],
  session: Reader,
  clock: Clock,
): Promise<{ readonly config: Config; readonly warnings: readonly string[] }> => {
  const files = sources.filter((source) => source !== FROM_ENVIRONMENT);
  const found = await collectProblems(...files.map((file) => readPart(file, session)));
  const environment = sources.includes(FROM_ENVIRONMENT) ? await readEnvironment(session) : [];
  const parts = [...found.map(({ part }) => part), ...environment];
  for (const { object } of parts) {
    for (const name of CREDENTIALS)
      if (typeof object[name] === 'string') session.keepSecret(object[name].trim());
  }
  const origins = new Map(
    parts.flatMap(({ from, object }) => Object.keys(object).map((key) => [key, from] as const)),
  );
  refuseForeignHost(origins);
  const all: Record<string, unknown> = Object.assign({}, ...parts.map(({ object }) => object));
  const where = files.join(', ') || 'environment';
  const { config, warnings } = parseConfig(all, where, fromMillis(clock.now()), session.version, origins);
  return { config, warnings: [...warnings, ...found.flatMap(({ warning }) => warning ?? [])] };
};

const readPart = async (
  file: string,
  { host, signal }: Pick<Reader, 'host' | 'signal'>,
): Promise<{ readonly part: Part; readonly warning: string | null }> => {
  const text = await readText(file, 'config', signal);
  const object = parseJsonText(text, file, 'config');
  if (!isRecord(object)) throw new UsageError([`${file}: must be a JSON object`]);
  const isSecret = CREDENTIALS.some((name) => object[name]);
  return { part: { from: file, object }, warning: isSecret ? await warningOf(file, text, host) : null };
};

const warningOf = async (
  file: string,
  text: FileText | null,
  host: NodeJS.Process,
): Promise<string | null> => {
  const who = text && (await whoElseReads(file, text, host));
  return (
    who && `${file}: the file holds the key, and ${who} can read it; to prevent that, run chmod 600 ${file}`
  );
};

/** The settings in `.env` and in the real environment, which counts more. */
const readEnvironment = async ({ host, signal }: Pick<Reader, 'host' | 'signal'>): Promise<Part[]> => {
  const file = await readText(DOT_ENV, 'environment', signal).catch(() => null);
  return [
    { from: DOT_ENV, object: configFromDotEnv(file?.text ?? '') },
    { from: 'environment', object: configFromEnvironment(host.env) },
  ];
};

/**
 * Refuses a `.env` that would send the key to another host. `.env` is read from the directory where the tap is started, so
 * somebody else may have written it. It may set the host only if it also has the key.
 */
const refuseForeignHost = (origins: ReadonlyMap<string, string>): void => {
  const key = CREDENTIALS.find((name) => origins.has(name));
  const from = key === undefined ? undefined : origins.get(key);
  if (key === undefined || from === undefined || from === DOT_ENV) return;
  const problems = DESTINATIONS.filter((name) => origins.get(name) === DOT_ENV).map(
    (name) =>
      `${DOT_ENV}: ${name}: is refused, because it would send the ${key} from ${from} to another host; remove it, or put ` +
      'both into the same file',
  );
  if (problems.length > 0) throw new UsageError(problems);
};
