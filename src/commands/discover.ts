import { setMaxListeners } from 'node:events';
import { systemClock } from '../clock.ts';
import { createDefinitions, type Definitions } from '../close/definitions.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { describe, EXIT_OK, isRefused } from '../errors.ts';
import { describeCatalog } from '../singer/catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { streams } from '../streams/index.ts';
import { checkStream, meaningOf } from '../tap/check.ts';
import { type CustomColumn, columnOf, isKnownType } from '../tap/custom-columns.ts';
import { type DescribeOptions, describeStreams } from '../tap/describe-streams.ts';
import { findSmartColumns } from '../tap/smart-columns.ts';
import { fromMillis } from '../time/instant.ts';
import { readCatalog } from './read-catalog.ts';
import type { Session } from './session.ts';

/** Prints the catalog, indented: Meltano hangs on a line of more than 64 KiB. */
export const runDiscover = async (
  { config: sources, catalog }: { readonly config: readonly string[]; readonly catalog?: string },
  session: Session,
): Promise<number> => {
  // Discovery takes nothing from a catalog, but one that is wrong is a mistake to tell.
  await readCatalog(catalog, session.signal);
  await session.printJson(describeCatalog(describeStreams(streams, await optionsOf(sources, session))));
  return EXIT_OK;
};

const optionsOf = async (sources: readonly string[], session: Session): Promise<DescribeOptions> => {
  if (sources.length === 0) return {};
  const { config, warnings } = await loadConfig(sources, session, systemClock);
  for (const warning of warnings) session.log.warning(warning);
  const withDeletes = config.emitDeletes;
  if (!config.customFieldColumns) return { withDeletes };
  const columns = await askClose(config, session);
  return { withDeletes, customColumns: ({ name }) => columns.get(name) ?? [] };
};

/** Whoever waits for a catalog does not wait for a warning. */
const LONGEST_PROBE_MS = 5_000;

/** The custom fields of every stream that has any, as columns; and a warning of each stream that the key may not read. */
const askClose = async (config: Config, session: Session): Promise<Map<string, readonly CustomColumn[]>> => {
  // Nothing else of discovery needs the network, which takes a while to load.
  const { connect } = await import('./connect.ts');
  const impatient = { ...config, maxRetries: Math.min(config.maxRetries, 2), maxRetrySeconds: 0 };
  const forColumns = connect(impatient, session);
  const probing = new AbortController();
  setMaxListeners(0, probing.signal);
  const stop = (): void => probing.abort(session.signal.reason ?? new Error('a probe took too long'));
  session.signal.addEventListener('abort', stop);
  const timer = setTimeout(stop, LONGEST_PROBE_MS);
  const forProbes = connect({ ...impatient, maxRetries: 0 }, { ...session, signal: probing.signal });
  const definitions = createDefinitions({ api: forColumns.client, pageSize: config.pageSize });
  const warnWhereClosed = async (stream: StreamDefinition): Promise<void> => {
    try {
      await checkStream(stream, forProbes.client, definitions, fromMillis(systemClock.now()));
    } catch (error) {
      // Of anything else, the sync will tell.
      if (isRefused(error)) session.log.warning(meaningOf(error), stream.name);
    }
  };
  try {
    const [found] = await Promise.all([
      Promise.all(
        streams.map(async (stream) => {
          const warn = (message: string): void => session.log.warning(message, stream.name);
          const smart = await findSmartColumns(stream, forColumns.client, warn);
          return [stream.name, [...(await columnsOf(stream, definitions, session)), ...smart]] as const;
        }),
      ),
      ...streams.filter(({ needs }) => needs !== undefined).map(warnWhereClosed),
    ]);
    return new Map(found);
  } catch (error) {
    // One mistake is told once, not by each of the requests under way.
    session.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    clearTimeout(timer);
    await Promise.all([forColumns.close(), forProbes.close()]);
  }
};

const columnsOf = async (
  stream: StreamDefinition,
  definitions: Definitions,
  session: Session,
): Promise<CustomColumn[]> => {
  const columns = new Map<string, CustomColumn>();
  const warn = (message: string): void => session.log.warning(message, stream.name);
  for (const kind of stream.customFields ?? []) {
    try {
      for (const definition of (await definitions.of(kind)).rows) {
        const column = columnOf(definition);
        if (column) columns.set(column.name, column);
        else warn(`the custom field ${definition.id} can be no column`);
        if (!isKnownType(definition.type)) {
          warn(
            `the custom field ${definition.id} is of an unknown type, ${definition.type}; its column is text`,
          );
        }
      }
    } catch (error) {
      // A key that may not see them can still read everything else; but what may pass is not to cost a column.
      if (!isRefused(error)) throw error;
      warn(`no columns for custom fields: ${describe(error)}`);
    }
  }
  return [...columns.values()];
};
