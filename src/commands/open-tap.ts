import type { Writable } from 'node:stream';
import type { Chosen } from '../cli/options.ts';
import { type Clock, systemClock } from '../clock.ts';
import { createDefinitions, type Definitions } from '../close/definitions.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Client, ClientOptions } from '../http/client.ts';
import { collectProblems } from '../json/problems.ts';
import type { StreamDescription } from '../singer/catalog.ts';
import { createOutput } from '../singer/output.ts';
import { parsePatterns, type SelectPattern } from '../singer/select-patterns.ts';
import type { Selection } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import { MessageWriter } from '../singer/writer.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { streams } from '../streams/index.ts';
import { type AccountColumns, readAccountColumns, streamsToAsk } from '../tap/account-columns.ts';
import { type Chooser, choose } from '../tap/choose.ts';
import { columnsInCatalog } from '../tap/custom-columns.ts';
import { describeStreams } from '../tap/describe-streams.ts';
import { type KnownTypes, typesInState } from '../tap/known-columns.ts';
import { readCatalog } from './read-catalog.ts';
import { readState } from './read-state.ts';
import type { Session } from './session.ts';

/** What a command was given of files, and what is to be read. */
export interface TapFiles extends Chosen {
  readonly state?: string;
  /** Streams to read whatever the settings select; a catalog, and patterns of the command line, have the last word. */
  readonly besides?: readonly string[];
}

export interface OpenOptions extends Pick<ClientOptions, 'onLimits' | 'onRequest' | 'onWait'> {
  /** Changes the config for this command. */
  readonly adjust?: (config: Config) => Config;
  /** Where messages are written; standard output if nothing else is said. */
  readonly output?: Writable;
  /** Whose columns the account is asked for where no pattern says whose. */
  readonly columnsOf?: readonly StreamDefinition[];
  /** The types that the account's columns keep; those of the state, where nothing else is said. */
  readonly types?: KnownTypes;
}

/** What a command works with. */
export interface OpenTap {
  readonly config: Config;
  readonly state: State;
  /** Every stream there is, with every column that is known. */
  readonly available: readonly StreamDescription[];
  readonly selection: Selection;
  readonly client: Client;
  /** The definitions of custom fields, each list of which is asked for once. */
  readonly definitions: Definitions;
  readonly writer: MessageWriter;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/** For whom somebody waits: it does not wait for the end of an outage. */
export const impatient = (config: Config): Config => ({
  ...config,
  max_retries: Math.min(config.max_retries, 2),
  max_retry_seconds: 0,
});

interface Files extends Chooser {
  readonly config: Config;
  readonly state: State;
  readonly warnings: readonly string[];
  /** What is to be read though nothing selects it. */
  readonly besides: readonly SelectPattern[];
  /** The streams whose columns have to be asked for before the patterns can be understood. */
  readonly asked: readonly StreamDefinition[];
}

/** Those of the streams that no pattern names, or without patterns, that are not selected by default. */
const unselected = (names: readonly string[], patterns: readonly SelectPattern[]): readonly string[] =>
  names.filter((name) =>
    patterns.length > 0
      ? !patterns.some(({ excludes, stream }) => !excludes && stream.test(name))
      : streams.some((definition) => definition.name === name && definition.selectedByDefault === false),
  );

const readFiles = async (files: TapFiles, session: Session): Promise<Files> => {
  const [{ config, warnings }, catalog, stored] = await collectProblems(
    loadConfig(files.config, session, systemClock),
    readCatalog(files.catalog, session.signal),
    readState(files.state, session.signal),
  );
  // Meltano always passes a catalog.
  const isOverruled = catalog !== null && config.select !== null;
  const overruled = 'the setting select is not used, since --catalog says what to read';
  const patterns = catalog === null ? parsePatterns(files.select ?? config.select ?? []) : [];
  const isOpen = catalog === null && files.select === undefined;
  const besides = parsePatterns(isOpen ? unselected(files.besides ?? [], patterns) : []);
  return {
    config,
    catalog,
    catalogFile: files.catalog,
    patterns,
    besides,
    state: stored.state,
    warnings: [...warnings, ...stored.warnings, ...(isOverruled ? [overruled] : [])],
    asked: config.custom_field_columns ? streamsToAsk(streams, [...patterns, ...besides]) : [],
  };
};

const describe = ({ config, catalog }: Files, columns: AccountColumns): readonly StreamDescription[] =>
  describeStreams(streams, {
    withDeletes: config.emit_deletes,
    customColumns: (stream) => columns.get(stream.name) ?? columnsInCatalog(catalog, stream),
  });

const chooseAll = (
  available: readonly StreamDescription[],
  files: Files,
  unasked: readonly StreamDefinition[],
): Selection => {
  const selection = choose(available, files, unasked);
  if (files.besides.length === 0) return selection;
  const { streams: more } = choose(available, { patterns: files.besides, catalog: null }, unasked);
  return { ...selection, streams: [...selection.streams, ...more] };
};

/**
 * Reads the files and finds mistakes in them, without asking Close for anything: columns that only Close can tell pass.
 * @throws UsageError with all the mistakes
 */
export const checkFiles = async (
  files: TapFiles,
  session: Session,
): Promise<{ readonly files: Files; readonly selection: Selection }> => {
  const read = await readFiles(files, session);
  return { files: read, selection: chooseAll(describe(read, new Map()), read, read.asked) };
};

/**
 * Opens the tap for a command: reads the files, finds every mistake in them before any request, logs what is strange,
 * connects, and asks for the account's own columns where patterns may name them. Whoever opens it closes it.
 */
export const openTap = async (
  given: TapFiles,
  session: Session,
  { adjust = (config) => config, columnsOf = [], output, types, ...watching }: OpenOptions = {},
): Promise<OpenTap> => {
  const { files, selection: known } = await checkFiles(given, session);
  const config = adjust(files.config);
  for (const warning of files.warnings) session.log.warning(warning);
  // The network takes a while to load.
  const { connect } = await import('./connect.ts');
  const writer = new MessageWriter(createOutput(output ?? session.host.stdout));
  const room = () => writer.roomForPage();
  const { client, close } = connect(config, session, { ...watching, room });
  const definitions = createDefinitions({ api: client, page_size: config.page_size });
  try {
    const isUnsaid = files.patterns.length === 0 && config.custom_field_columns;
    const all = isUnsaid && columnsOf.length > 0 ? columnsOf : files.asked;
    const columns = await readAccountColumns(all, {
      api: client,
      definitions,
      types: types ?? typesInState(files.state),
      log: session.log,
    });
    const available = describe(files, columns);
    const selection = all.length === 0 ? known : chooseAll(available, files, []);
    for (const warning of selection.warnings) session.log.warning(warning);
    return {
      config,
      state: files.state,
      available,
      selection,
      client,
      definitions,
      writer,
      clock: systemClock,
      close,
    };
  } catch (error) {
    // One mistake is told once, not by each of the requests under way.
    session.abort(error instanceof Error ? error : new Error(String(error)));
    await close();
    throw error;
  }
};
