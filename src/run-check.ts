import type { CheckCommand } from './cli-check.ts';
import { systemClock } from './clock.ts';
import { createDefinitions } from './close/definitions.ts';
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
import type { StreamDefinition } from './streams/define-stream.ts';
import { streams } from './streams/index.ts';
import { checkStream } from './tap/check.ts';
import { describeStreams } from './tap/describe-streams.ts';
import { fromMillis } from './time.ts';

const nameLimits = (limits: ReadonlyMap<string, RateLimit>): string =>
  limits.size === 0
    ? 'none stated'
    : [...limits]
        .map(([group, { limit, resetMs }]) => `${group} ${limit}, whole again in ${resetMs / 1000} s`)
        .join('; ');

/** Cells in columns, as wide as their widest. */
const inColumns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
};

const HEAD = [
  '',
  'selected',
  'readable',
  'replication',
  'key',
  'read from',
  'requests a run',
  'the key needs',
];

const rowOf = (
  { name, keyProperties, replication, source, cost, needs = '' }: StreamDefinition,
  isSelected: boolean,
  isReadable: boolean,
): string[] => [
  name,
  isSelected ? 'yes' : '-',
  isReadable ? 'yes' : 'NO',
  replication.method === 'INCREMENTAL' ? `incremental on ${replication.key}` : 'full table',
  keyProperties.join(', '),
  source,
  cost,
  needs,
];

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
    const definitions = createDefinitions({ api: client, pageSize: null });
    const now = fromMillis(systemClock.now());
    const closed = new Map<string, string>();
    // One after the other: a check is to be gentle.
    for (const stream of streams) {
      const reason = await checkStream(stream, client, definitions, now);
      if (reason !== null) closed.set(stream.name, reason);
    }
    const missing = [...selected].filter((name) => closed.has(name));
    const lines = [
      `The ${config.credentials.kind.replace('_', ' ')} works, at ${config.baseUrl}`,
      `User          ${me.user}`,
      ...me.organisations.map((organisation) => `Organisation  ${organisation}`),
      `Rate limit    ${nameLimits(limits)}`,
      '',
      ...inColumns([
        HEAD,
        ...streams.map((stream) => rowOf(stream, selected.has(stream.name), !closed.has(stream.name))),
      ]),
      '',
      ...[...closed].map(([name, reason]) => `${name} is not readable: ${reason}`),
      missing.length === 0 ? 'A sync would work.' : `A sync would not be complete: ${missing.join(', ')}`,
    ];
    await createOutput(session.host.stdout).write(`${lines.join('\n')}\n`);
    return missing.length === 0 ? EXIT_OK : EXIT_INCOMPLETE;
  } finally {
    await close();
  }
};
