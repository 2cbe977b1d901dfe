import type { CheckCommand } from '../cli/check.ts';
import { readMe } from '../close/me.ts';
import type { Config } from '../config/config.ts';
import { EXIT_INCOMPLETE, EXIT_OK, endsTheRun, isRefused } from '../errors.ts';
import type { RateLimit } from '../http/rate-limits.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { streams } from '../streams/index.ts';
import { checkStream, meaningOf } from '../tap/check.ts';
import type { Log } from '../terminal/log.ts';
import { fromMillis } from '../time/instant.ts';
import { impatient, openTap } from './open-tap.ts';
import type { Session } from './session.ts';

/** Each limit once, with the endpoints that have it. */
const nameLimits = (limits: ReadonlyMap<string, RateLimit>): string[] => {
  const stated = new Set([...limits.values()].map(({ limit }) => limit));
  if (stated.size === 0) return ['Rate limit    none stated'];
  return [...stated].map((limit) => {
    const alike = [...limits].filter(([, other]) => other.limit === limit);
    const seconds = Math.max(...alike.map(([, { resetMs }]) => resetMs)) / 1000;
    const where = stated.size === 1 ? 'every endpoint' : alike.map(([endpoint]) => endpoint).join(', ');
    return `Rate limit    ${limit} requests, whole again within ${Math.ceil(seconds)} s: ${where}`;
  });
};

/** A person reads this; how long each request took is nothing to them. */
const withoutMetrics = (log: Log): Log => ({ ...log, metric: () => {} });

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

/** A stream is not complete without the event log either, where that tells its late changes and is not simply closed. */
const isIncomplete = (
  { name, lateChanges }: StreamDefinition,
  closed: ReadonlyMap<string, unknown>,
  config: Config,
): boolean => {
  const events = streams.find(({ showsChanges }) => showsChanges)?.name ?? '';
  const needsEvents = lateChanges !== undefined && config.lateActivityChanges && closed.has(events);
  return closed.has(name) || (needsEvents && !isRefused(closed.get(events)));
};

const verdictOf = (selected: number, missing: readonly StreamDefinition[]): string => {
  if (selected === 0) return 'A sync would read nothing.';
  if (missing.length === 0) return 'A sync would work.';
  return `A sync would not be complete: ${missing.map(({ name }) => name).join(', ')}`;
};

/** Says whether the key works, whose it is, what it may read; exits 0 only when a sync would work. */
export const runCheck = async (command: CheckCommand, session: Session): Promise<number> => {
  const limits = new Map<string, RateLimit>();
  const quiet = { ...session, log: withoutMetrics(session.log) };
  const { client, clock, close, config, definitions, selection } = await openTap(command, quiet, {
    adjust: impatient,
    hooks: {
      onLimits: (request, [first]) => {
        if (first) limits.set(`${request.method} /${request.path.split('/')[1]}/`, first);
      },
    },
  });
  const selected = new Set(selection.streams.map(({ name }) => name));
  try {
    const me = await readMe(client);
    const now = fromMillis(clock.now());
    const closed = new Map<string, unknown>();
    // One after the other: a check is to be gentle.
    for (const stream of streams) {
      try {
        await checkStream(stream, client, definitions, now);
      } catch (error) {
        if (endsTheRun(error)) throw error;
        closed.set(stream.name, error);
      }
    }
    const missing = streams.filter(
      (stream) => selected.has(stream.name) && isIncomplete(stream, closed, config),
    );
    const lines = [
      `The ${config.credentials.kind.replace('_', ' ')} works, at ${config.baseUrl}`,
      `User          ${me.user}`,
      ...me.organisations.map((organisation) => `Organisation  ${organisation}`),
      ...nameLimits(limits),
      '',
      ...inColumns([
        HEAD,
        ...streams.map((stream) => rowOf(stream, selected.has(stream.name), !closed.has(stream.name))),
      ]),
      '',
      ...[...closed].map(([name, error]) => `${name} is not readable: ${meaningOf(error)}`),
      verdictOf(selected.size, missing),
    ];
    await session.print(lines.join('\n'));
    return selected.size > 0 && missing.length === 0 ? EXIT_OK : EXIT_INCOMPLETE;
  } finally {
    await close();
  }
};
