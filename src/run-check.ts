import type { CheckCommand } from './cli-check.ts';
import { systemClock } from './clock.ts';
import { readMe } from './close/me.ts';
import { connect } from './connect.ts';
import { EXIT_INCOMPLETE, EXIT_OK } from './errors.ts';
import { readJsonFile } from './files.ts';
import type { RateLimit } from './http/rate-limits.ts';
import { loadConfig } from './load-config.ts';
import type { Session } from './session.ts';
import { parseCatalog } from './singer/catalog.ts';
import { createOutput } from './singer/output.ts';
import { selectStreams } from './singer/selection.ts';
import { streams } from './streams/index.ts';
import { type Access, checkStreams } from './tap/check.ts';
import { describeStreams } from './tap/describe-streams.ts';
import { fromMillis } from './time.ts';

const nameLimits = (limits: ReadonlyMap<string, RateLimit>): string =>
  limits.size === 0
    ? 'none stated'
    : [...limits]
        .map(([group, { limit, resetMs }]) => `${group} ${limit}, whole again in ${resetMs / 1000} s`)
        .join('; ');

const table = (accesses: readonly Access[], selected: ReadonlySet<string>): string[] => {
  const width = Math.max(...accesses.map(({ stream }) => stream.length));
  return accesses.map(({ stream, readable, meaning }) => {
    const use = selected.has(stream) ? 'selected' : '-';
    return `  ${stream.padEnd(width)}  ${use.padEnd(8)}  ${readable ? 'readable' : `NOT readable: ${meaning}`}`;
  });
};

/** Says whether the key works, whose it is, what it may read; exits 0 only when a sync would work. */
export const runCheck = async (command: CheckCommand, session: Session): Promise<number> => {
  const { config, warnings } = await loadConfig(
    command.config,
    session.host.env,
    systemClock,
    session.version,
  );
  session.keepSecret(config.credentials.secret);
  for (const warning of warnings) session.log.warning(warning);
  const catalog =
    command.catalog === undefined
      ? null
      : parseCatalog(await readJsonFile(command.catalog, 'catalog'), command.catalog);
  const selection = selectStreams(describeStreams(streams), catalog);
  for (const warning of selection.warnings) session.log.warning(warning);
  const selected = new Set(selection.streams.map(({ name }) => name));

  const limits = new Map<string, RateLimit>();
  const { client, close } = connect({ ...config, maxRetries: Math.min(config.maxRetries, 2) }, session, {
    onLimits: (request, [first]) => {
      if (first) limits.set(`${request.method} ${request.path}`, first);
    },
  });
  try {
    const me = await readMe(client);
    const accesses = await checkStreams(streams, client, fromMillis(systemClock.now()));
    const missing = accesses.filter(({ stream, readable }) => !readable && selected.has(stream));
    const lines = [
      `The ${config.credentials.kind.replace('_', ' ')} works, at ${config.baseUrl}`,
      `User          ${me.user}`,
      ...me.organisations.map((organisation) => `Organisation  ${organisation}`),
      `Rate limit    ${nameLimits(limits)}`,
      'Tables',
      ...table(accesses, selected),
      missing.length === 0
        ? 'A sync would work.'
        : `A sync would not be complete: ${missing.map(({ stream }) => stream).join(', ')}`,
    ];
    await createOutput(session.host.stdout).write(`${lines.join('\n')}\n`);
    return missing.length === 0 ? EXIT_OK : EXIT_INCOMPLETE;
  } finally {
    await close();
  }
};
