import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/load-config.ts';
import { describe, EXIT_INCOMPLETE, EXIT_OK, exitCodeOf, ReaderGoneError, StoppedError } from '../errors.ts';
import { createTally, type Tally } from '../http/tally.ts';
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
import { describePlan, planOf } from '../tap/plan.ts';
import { type Failure, sync } from '../tap/sync.ts';
import type { Log } from '../terminal/log.ts';
import { connect } from './connect.ts';
import { createJournal, handToRun, type Journal } from './journal.ts';
import { readCatalog } from './read-catalog.ts';
import { reportError } from './report-error.ts';
import type { Session } from './session.ts';
import { checkSummaryFile, describeReport, writeSummary } from './summary.ts';

export interface SyncFiles {
  readonly config: readonly string[];
  readonly state?: string;
  readonly catalog?: string;
  /** The file for a summary of the run. */
  readonly summary?: string;
  /** Started by `run`, which says what there is to say in the end. */
  readonly underRun?: true;
}

/** Said to a person who is about to see every record. */
const FLOOD =
  'standard output is a terminal, so all records will appear here as JSON; you probably want "| target-jsonl" or ' +
  '"> file" at the end of the command. Going on; Ctrl-C stops it';

/** The reason of a run that was not read to its end. */
const READER_GONE = 'the reader of the output went away';

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

/** What a run is to read, of which files, all their mistakes told before any request. */
const readFiles = async (files: SyncFiles, session: Session) => {
  const [{ config, warnings }, catalog, stored] = await gather(
    loadConfig(files.config, session, systemClock),
    readCatalog(files.catalog, session.signal),
    readState(files.state, session.signal),
  );
  const available = describeStreams(streams, {
    withDeletes: config.emitDeletes,
    customColumns: (stream) => columnsInCatalog(catalog, stream),
  });
  const selection = selectStreams(available, catalog);
  for (const warning of [...warnings, ...selection.warnings, ...stored.warnings])
    session.log.warning(warning);
  return { config, selected: selection.streams, state: stored.state };
};

/** @returns why it is not complete, stream by stream */
const readStreams = async (
  files: SyncFiles,
  session: Session,
  {
    journal,
    tally,
    enough,
  }: { readonly journal: Journal; readonly tally: Tally; readonly enough: number | null },
): Promise<readonly Failure[]> => {
  const { host, signal, log, progress } = session;
  const { config, selected, state } = await readFiles(files, session);
  const plan = planOf(selected, streams, state);
  log.info(`tap-closeio ${session.version}: ${describePlan(plan)}`);
  if (host.stdout.isTTY && enough === null) log.warning(FLOOD);
  journal.begin(plan);
  progress?.begin(plan);

  // Whoever tries the tap out does not wait for the end of an outage.
  const connection = connect(enough === null ? config : { ...config, maxRetrySeconds: 0 }, session, {
    onRequest: tally.onRequest,
    onWait: (reason, untilMs) => {
      tally.onWait(reason, untilMs);
      progress?.wait(untilMs);
    },
  });
  try {
    const { failures } = await sync({
      selected,
      definitions: streams,
      client: connection.client,
      config,
      state,
      writer: new MessageWriter(createOutput(host.stdout)),
      log,
      clock: systemClock,
      signal,
      abort: session.abort,
      onProgress: (stream, now) => {
        journal.count(stream, now.records);
        progress?.update(stream, now);
      },
      onEnd: (stream, how) => {
        journal.end(stream, how);
        progress?.end(stream, how);
      },
      validate: config.validateRecords ? await validator() : null,
      enough,
    });
    // A signal, a reader that went away, or a key that is not valid: whoever catches it says so.
    if (signal.aborted) throw signal.reason;
    return failures;
  } finally {
    await connection.close();
  }
};

/** How a sync ended. */
interface End {
  readonly code: number;
  readonly reason: string;
}

const endOf = (failures: readonly Failure[], journal: Journal, log: Log): End => {
  for (const { stream, reason } of failures) {
    const message = `${stream} is not complete: ${reason}`;
    journal.end(stream, 'failed');
    journal.error(message);
    log.critical(message);
  }
  if (failures.length === 0) return { code: EXIT_OK, reason: 'done' };
  return {
    code: EXIT_INCOMPLETE,
    reason: `not complete: ${failures.map(({ stream }) => stream).join(', ')}`,
  };
};

/**
 * Reads what there is to read, and says in the end what it came to, however it ended.
 * @param enough records of each stream; null for all
 */
export const runSync = async (
  files: SyncFiles,
  session: Session,
  enough: number | null = null,
): Promise<number> => {
  const { log } = session;
  const others = [...files.config, files.state, files.catalog];
  if (files.summary !== undefined) await checkSummaryFile(files.summary, others);
  const tally = createTally(systemClock);
  const journal = createJournal(systemClock, tally);
  const { code, reason } = await readStreams(files, session, { journal, tally, enough }).then(
    (failures) => endOf(failures, journal, log),
    (error: unknown): End => {
      // The last line says that it was stopped.
      if (!(error instanceof StoppedError && journal.hasBegun())) reportError(error, log);
      if (!(error instanceof StoppedError)) journal.error(describe(error));
      return {
        code: exitCodeOf(error),
        reason: error instanceof ReaderGoneError ? READER_GONE : describe(error),
      };
    },
  );
  const report = journal.report(code, reason);
  if (files.underRun) handToRun(report);
  else if (journal.hasBegun()) log.summary(describeReport(report));
  return files.summary === undefined ? code : writeSummary(files.summary, report, code, session);
};
