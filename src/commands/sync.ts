import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/load-config.ts';
import { EXIT_INCOMPLETE, EXIT_OK } from '../errors.ts';
import { gather } from '../json/problems.ts';
import { createOutput } from '../singer/output.ts';
import { type SelectedStream, selectStreams } from '../singer/selection.ts';
import { State } from '../singer/state.ts';
import { MessageWriter } from '../singer/writer.ts';
import { readStateFile } from '../state-file/read-state-file.ts';
import { streams } from '../streams/index.ts';
import { columnsInCatalog } from '../tap/custom-columns.ts';
import { describeStreams } from '../tap/describe-streams.ts';
import { knownBookmarks } from '../tap/known-bookmarks.ts';
import { summarize } from '../tap/summary.ts';
import { sync } from '../tap/sync.ts';
import { connect } from './connect.ts';
import { readCatalog } from './read-catalog.ts';
import type { Session } from './session.ts';

export interface SyncFiles {
  readonly config: readonly string[];
  readonly state?: string;
  readonly catalog?: string;
}

const validator = async (): Promise<(stream: SelectedStream) => (text: string) => string | null> => {
  const { compileValidate } = await import('../schema/validate.ts');
  return ({ schema }) => compileValidate(schema);
};

const readState = async (
  file: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly state: State; readonly warnings: readonly string[] }> => {
  const { json, warnings } =
    file === undefined ? { json: {}, warnings: [] } : await readStateFile(file, signal);
  const parsed = State.parse(json, file ?? 'state', knownBookmarks(streams));
  const others = parsed.state.streams.filter((stream) => !streams.some(({ name }) => name === stream));
  const isStrange = others.length > 0 && others.length === parsed.state.streams.length;
  const strange = `${file}: knows only streams of other taps (${others.join(', ')}), so all are read from start_date`;
  return {
    state: parsed.state,
    warnings: [...warnings, ...parsed.warnings, ...(isStrange ? [strange] : [])],
  };
};

/**
 * Reads the three files, all their mistakes before any request, and syncs.
 * @param enough records of each stream; null for all
 */
export const runSync = async (
  files: SyncFiles,
  session: Session,
  enough: number | null = null,
): Promise<number> => {
  const { host, signal } = session;
  const clock = systemClock;
  const from = clock.now();
  const [{ config, warnings }, catalog, stored] = await gather(
    loadConfig(files.config, session, clock),
    readCatalog(files.catalog, signal),
    readState(files.state, signal),
  );
  const available = describeStreams(streams, {
    withDeletes: config.emitDeletes,
    customColumns: (stream) => columnsInCatalog(catalog, stream),
  });
  const selection = selectStreams(available, catalog);
  for (const warning of [...warnings, ...selection.warnings, ...stored.warnings])
    session.log.warning(warning);

  // Whoever tries the tap out does not wait for the end of an outage.
  const connection = connect(enough === null ? config : { ...config, maxRetrySeconds: 0 }, session);
  try {
    const outcome = await sync({
      selected: selection.streams,
      definitions: streams,
      client: connection.client,
      config,
      state: stored.state,
      writer: new MessageWriter(createOutput(host.stdout)),
      log: session.log,
      clock,
      signal,
      abort: session.abort,
      onProgress: session.onProgress,
      onEnd: session.onEnd,
      validate: config.validateRecords ? await validator() : null,
      enough,
    });
    // A signal, a reader that went away, or a key that is not valid: whoever catches it says so.
    if (signal.aborted) throw signal.reason;
    const { info, failures } = summarize(outcome, (clock.now() - from) / 1000);
    session.log.info(info);
    for (const failure of failures) session.log.critical(failure);
    return failures.length > 0 ? EXIT_INCOMPLETE : EXIT_OK;
  } finally {
    await connection.close();
  }
};
