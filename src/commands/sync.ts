import type { SyncCommand } from '../cli/command.ts';
import { systemClock } from '../clock.ts';
import { EXIT_INCOMPLETE, EXIT_OK, exitCodeOf, messageOf, ReaderGoneError, StoppedError } from '../errors.ts';
import { createTally, type Tally } from '../http/tally.ts';
import type { SelectedStream } from '../singer/selection.ts';
import { streams } from '../streams/index.ts';
import type { Failure } from '../tap/endings.ts';
import { noticeNewColumns } from '../tap/new-columns.ts';
import { describePlan, planOf } from '../tap/plan.ts';
import { sync } from '../tap/sync.ts';
import type { Log } from '../terminal/log.ts';
import { createJournal, type Journal, reportToRun } from './journal.ts';
import { openTap } from './open-tap.ts';
import { reportError } from './report-error.ts';
import type { Session } from './session.ts';
import { checkSummaryFile, describeReport, writeSummary } from './summary.ts';

/** The options of a sync, which a trial has too. */
type SyncFiles = Omit<SyncCommand, 'kind'>;

/** The warning if the output is a terminal, so that a person is about to see every record. */
const OUTPUT_IS_TERMINAL =
  'standard output is a terminal, so all records will appear here as JSON; you probably want "| target-jsonl" or ' +
  '"> file" at the end of the command. The run continues; Ctrl-C stops it';

/** Why a run stopped if the program that reads its output has ended, and what that means. */
const READER_GONE =
  'stopped: the program that reads the output has ended; the next run continues from the last state that it stored';

const validator = async (): Promise<(stream: SelectedStream) => (text: string) => string | null> => {
  const { compileValidate } = await import('../schema/validate.ts');
  return ({ schema }) => compileValidate(schema);
};

/** Reads the selected streams. @returns the streams that are not complete, and why */
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
  const tap = await openTap(files, session, {
    // A trial does not wait for the end of an outage.
    adjust: (config) => (enough === null ? config : { ...config, max_retry_seconds: 0 }),
    onRequest: tally.onRequest,
    onWait: (reason, untilMs) => {
      tally.onWait(reason, untilMs);
      progress?.wait(untilMs);
    },
  });
  const { config } = tap;
  try {
    if (enough === null) {
      noticeNewColumns({
        selected: tap.selection.streams,
        definitions: streams,
        state: tap.state,
        config,
        log,
      });
    }
    const plan = planOf(tap.selection.streams, streams, tap.state);
    log.info(`tap-closeio ${session.version}: ${describePlan(plan)}`);
    if (host.stdout.isTTY && enough === null) log.warning(OUTPUT_IS_TERMINAL);
    journal.begin(plan);
    progress?.begin(plan);
    const failures = await sync({
      selected: tap.selection.streams,
      definitions: streams,
      fieldDefinitions: tap.definitions,
      client: tap.client,
      config,
      state: tap.state,
      writer: tap.writer,
      log,
      clock: tap.clock,
      signal,
      abort: session.abort,
      onProgress: (stream, now) => {
        journal.count(stream, now);
        progress?.update(stream, now);
      },
      onEnd: (stream, how) => {
        journal.end(stream, how);
        progress?.end(stream, how);
      },
      validate: config.validate_records ? await validator() : null,
      enough,
    });
    // The cause is a signal, a reader that has ended, or a key that is not valid. `runSync` reports it.
    if (signal.aborted) throw signal.reason;
    return failures;
  } finally {
    await tap.close();
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
 * Syncs the selected streams, and reports at the end what happened, however the run ended.
 * @param enough how many records of each stream to read; null for all
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
      // If the run was stopped, the last line of the log says so.
      if (!(error instanceof StoppedError && journal.hasBegun())) reportError(error, log);
      if (!(error instanceof StoppedError)) journal.error(messageOf(error));
      return {
        code: exitCodeOf(error),
        reason: error instanceof ReaderGoneError ? READER_GONE : messageOf(error),
      };
    },
  );
  const report = journal.report(code, reason);
  if (files.underRun) reportToRun(report);
  else if (journal.hasBegun()) log.summary(describeReport(report));
  return files.summary === undefined ? code : writeSummary(files.summary, report, code, session);
};
