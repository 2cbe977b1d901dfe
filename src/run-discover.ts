import { systemClock } from './clock.ts';
import { createDefinitions, type Definitions } from './close/definitions.ts';
import type { Config } from './config.ts';
import { ApiError, describe, EXIT_OK } from './errors.ts';
import { loadConfig } from './load-config.ts';
import type { Session } from './session.ts';
import { describeCatalog } from './singer/catalog.ts';
import { createOutput } from './singer/output.ts';
import type { StreamDefinition } from './streams/define-stream.ts';
import { streams } from './streams/index.ts';
import { type CustomColumn, columnOf } from './tap/custom-columns.ts';
import { type DescribeOptions, describeStreams } from './tap/describe-streams.ts';

/** Prints the catalog, indented: Meltano hangs on a line of more than 64 KiB. */
export const runDiscover = async (
  { config: sources }: { readonly config: readonly string[] },
  session: Session,
): Promise<number> => {
  const catalog = describeCatalog(describeStreams(streams, await optionsOf(sources, session)));
  await createOutput(session.host.stdout).write(`${JSON.stringify(catalog, null, 2)}\n`);
  return EXIT_OK;
};

const optionsOf = async (sources: readonly string[], session: Session): Promise<DescribeOptions> => {
  if (sources.length === 0) return {};
  const { config, warnings } = await loadConfig(sources, session.host.env, systemClock, session.version);
  session.keepSecret(config.credentials.secret);
  for (const warning of warnings) session.log.warning(warning);
  const withDeletes = config.emitDeletes;
  if (!config.customFieldColumns) return { withDeletes };
  const columns = await readColumns(config, session);
  return { withDeletes, customColumns: ({ name }) => columns.get(name) ?? [] };
};

/** The custom fields of every stream that has any, as columns. */
const readColumns = async (config: Config, session: Session): Promise<Map<string, CustomColumn[]>> => {
  // Nothing else of discovery needs the network, which takes a while to load.
  const { connect } = await import('./connect.ts');
  const { client, close } = connect(config, session);
  const definitions = createDefinitions({ api: client, pageSize: config.pageSize });
  try {
    const found = await Promise.all(
      streams.map(async (stream) => [stream.name, await columnsOf(stream, definitions, session)] as const),
    );
    return new Map(found);
  } finally {
    await close();
  }
};

const columnsOf = async (
  stream: StreamDefinition,
  definitions: Definitions,
  session: Session,
): Promise<CustomColumn[]> => {
  const columns = new Map<string, CustomColumn>();
  for (const kind of stream.customFields ?? []) {
    try {
      for (const definition of await definitions.of(kind)) {
        const column = columnOf(definition);
        if (column) columns.set(column.name, column);
        else session.log.warning(`the custom field ${definition.id} can be no column`, stream.name);
      }
    } catch (error) {
      // A key that may not see them can still read everything else.
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
      session.log.warning(`no columns for custom fields: ${describe(error)}`, stream.name);
    }
  }
  return [...columns.values()];
};
