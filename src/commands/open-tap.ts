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

/** The files that a command was given, and what to read. */
export interface TapFiles extends Chosen {
  readonly state?: string;
  /** Streams to read in addition to what the setting select says. A catalog or --select overrules this. */
  readonly besides?: readonly string[];
}

export interface OpenOptions extends Pick<ClientOptions, 'onLimits' | 'onRequest' | 'onWait'> {
  /** Changes the config for this command. */
  readonly adjust?: (config: Config) => Config;
  /** Where messages are written; standard output by default. */
  readonly output?: Writable;
  /** The streams whose own columns are read from the account if there are no patterns; by default none. */
  readonly columnsOf?: readonly StreamDefinition[];
  /** The types that the account's own columns keep; by default those in the state. */
  readonly types?: KnownTypes;
}

/** What a command works with. The command must call `close`. */
export interface OpenTap {
  readonly config: Config;
  readonly state: State;
  /** Every stream, with every column that is known. */
  readonly available: readonly StreamDescription[];
  readonly selection: Selection;
  readonly client: Client;
  /** The definitions of custom fields. Each list of them is asked for once. */
  readonly definitions: Definitions;
  readonly writer: MessageWriter;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/** The config for a command whose answer a person waits for: few retries, and no waiting for the end of an outage. */
export const withShortWaits = (config: Config): Config => ({
  ...config,
  max_retries: Math.min(config.max_retries, 2),
  max_retry_seconds: 0,
});

interface Files extends Chooser {
  readonly config: Config;
  readonly state: State;
  readonly warnings: readonly string[];
  /** Patterns for streams to read in addition to what is selected. */
  readonly besides: readonly SelectPattern[];
  /** The streams whose own columns must be read from the account, because a pattern may name them. */
  readonly asked: readonly StreamDefinition[];
}

/** Those of the streams that the patterns do not select; without patterns, those that are not read by default. */
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
  // This is a warning and not an error, since Meltano always passes a catalog.
  const isOverruled = catalog !== null && config.select !== null;
  const overruled = 'the setting select is not used, because --catalog says what to read';
  const patterns = catalog === null ? parsePatterns(files.select ?? config.select ?? []) : [];
  const mayReadMore = catalog === null && files.select === undefined;
  const besides = parsePatterns(mayReadMore ? unselected(files.besides ?? [], patterns) : []);
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
    emit_deletes: config.emit_deletes,
    customColumns: (stream) => columns.get(stream.name) ?? columnsInCatalog(catalog, stream),
  });

/** Chooses by catalog or patterns, and adds the streams of `besides`. @param unasked streams whose columns are not known yet */
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
 * Reads the files and finds mistakes in them without a request to Close. A column that only Close knows is not a mistake.
 * @throws UsageError with all mistakes
 */
export const checkFiles = async (
  files: TapFiles,
  session: Session,
): Promise<{ readonly files: Files; readonly selection: Selection }> => {
  const read = await readFiles(files, session);
  return { files: read, selection: chooseAll(describe(read, new Map()), read, read.asked) };
};

/**
 * Opens the tap for a command. It reads the files, reports every mistake in them before any request, and logs warnings. Then
 * it connects, and reads the account's own columns if a pattern may name one.
 */
export const openTap = async (
  given: TapFiles,
  session: Session,
  { adjust = (config) => config, columnsOf = [], output, types, ...watching }: OpenOptions = {},
): Promise<OpenTap> => {
  const { files, selection: known } = await checkFiles(given, session);
  const config = adjust(files.config);
  for (const warning of files.warnings) session.log.warning(warning);
  // Loaded only now, because it takes a while.
  const { connect } = await import('./connect.ts');
  const writer = new MessageWriter(createOutput(output ?? session.host.stdout));
  const room = () => writer.roomForPage();
  const { client, close } = connect(config, session, { ...watching, room });
  const definitions = createDefinitions({ api: client, page_size: config.page_size });
  try {
    const isByDefault = files.patterns.length === 0 && config.custom_field_columns;
    const all = isByDefault && columnsOf.length > 0 ? columnsOf : files.asked;
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
    // Ends the other requests, so that the same error is reported once only.
    session.abort(error instanceof Error ? error : new Error(String(error)));
    await close();
    throw error;
  }
};
