import { stat } from 'node:fs/promises';
import type { RunCommand } from '../cli/run.ts';
import { systemClock } from '../clock.ts';
import { FROM_ENVIRONMENT } from '../config/load-config.ts';
import { withoutSettings } from '../config/variables.ts';
import { exitCodeOf, messageOf, UsageError } from '../errors.ts';
import { type CommandLine, codeOfSignal, SpawnError } from '../pipeline/child.ts';
import { type Confirmed, whyNotAdvanced } from '../pipeline/not-advanced.ts';
import { createOtherLines } from '../pipeline/other-lines.ts';
import { runTapIntoTarget } from '../pipeline/pipeline.ts';
import { resultOf } from '../pipeline/run-result.ts';
import { listenForStops, type StopSignals } from '../pipeline/stop-signals.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import { readConfirmedState } from '../state-file/confirmed-state.ts';
import type { Keeper } from '../state-file/keeper.ts';
import { checkWritable, locateStateFile } from '../state-file/state-file.ts';
import { streams } from '../streams/index.ts';
import { knownBookmarks } from '../tap/known-bookmarks.ts';
import { checkFiles } from './open-tap.ts';
import { describeEnd, type RunEnd, summaryOf } from './run-summary.ts';
import type { Session } from './session.ts';
import { checkSummaryFile, writeSummary } from './summary.ts';
import { withKeeper } from './with-keeper.ts';

/** The command line of the tap, as a process of its own. If that process is killed, this one can still store the state. */
const ownCommand = (command: RunCommand, { execPath, execArgv, argv }: NodeJS.Process): CommandLine => ({
  file: execPath,
  args: [
    ...execArgv,
    argv[1] ?? '',
    ...command.config.flatMap((file) => ['--config', file]),
    '--state',
    command.state,
    ...(command.catalog === undefined ? [] : ['--catalog', command.catalog]),
    ...(command.select ?? []).map((pattern) => `--select=${pattern}`),
    '--under-run',
  ],
});

/** Refuses config and catalog files that are pipes, such as the shell's `<(...)`: this process and the tap both read them. */
const refusePipes = async (command: RunCommand): Promise<void> => {
  const files = [
    ...command.config.filter((file) => file !== FROM_ENVIRONMENT),
    ...(command.catalog ? [command.catalog] : []),
  ];
  for (const file of files) {
    const found = await stat(file).catch(() => null);
    if (found === null || found.isFile() || found.isDirectory()) continue;
    throw new UsageError([
      `${file}: is not a regular file, and can be read only once, but run must read it twice; write the content to ` +
        'a file, or the settings to the environment (--config=ENV)',
    ]);
  }
};

/**
 * Reads the tap's files, so that a mistake in them ends the run before anything is started.
 * @returns whether a selected stream has a bookmark
 * @throws UsageError
 */
const findMistakes = async (command: RunCommand, session: Session): Promise<boolean> => {
  await refusePipes(command);
  const { config, catalog, select } = command;
  const { selection } = await checkFiles(
    { config, ...(catalog === undefined ? {} : { catalog }), ...(select === undefined ? {} : { select }) },
    session,
  );
  return selection.streams.some(({ replication }) => replication.method === 'INCREMENTAL');
};

/** Runs tap and target while it holds the lock, and stores the newest state that the target confirms. */
export const runPipeline = async (command: RunCommand, session: Session): Promise<number> => {
  const { summary } = command;
  const startedMs = systemClock.now();
  if (summary !== undefined)
    await checkSummaryFile(summary, [...command.config, command.state, command.catalog]);
  try {
    const end = await runUnderLock(command, session);
    session.log.summary(describeEnd(end, startedMs));
    if (summary === undefined) return end.code;
    return await writeSummary(summary, summaryOf(end, startedMs), end.code, session);
  } catch (error) {
    const end = { code: exitCodeOf(error), reason: messageOf(error), problems: [messageOf(error)] };
    if (summary !== undefined) await writeSummary(summary, summaryOf(end, startedMs), end.code, session);
    throw error;
  }
};

const runUnderLock = async (command: RunCommand, session: Session): Promise<RunEnd> => {
  const { host } = session;
  const known = knownBookmarks(streams);
  const stops = listenForStops(host, () => systemClock.now());
  try {
    const hasBookmarks = await findMistakes(command, session);
    const path = await locateStateFile(command.state);
    return await withKeeper(path, command, session, async (keeper, start) => {
      await checkWritable(path, start.content);
      // A signal may have come before the tap was started, or even before this function listened for it.
      session.signal.throwIfAborted();
      const early = stops.received();
      if (early !== null) return { code: codeOfSignal(early), reason: `stopped by ${early}`, problems: [] };
      const before = start.content === null ? null : start.state;
      const end = await runAndKeep(command, session, { stops, keeper, known, hasBookmarks });
      return { ...end, before };
    });
  } finally {
    stops.ignore();
  }
};

interface Keeping {
  readonly stops: StopSignals;
  readonly keeper: Keeper;
  readonly known: readonly KnownBookmark[];
  readonly hasBookmarks: boolean;
}

const runAndKeep = async (
  command: RunCommand,
  { host, log, redact }: Session,
  { stops, keeper, known, hasBookmarks }: Keeping,
): Promise<RunEnd> => {
  const otherLines = createOtherLines(log, redact);
  let confirmed: Confirmed = 'nothing';
  try {
    const outcome = await runTapIntoTarget({
      tap: ownCommand(command, host),
      target: command.target,
      env: host.env,
      targetEnv: withoutSettings(host.env),
      kill: (pid, signal) => host.kill(pid, signal),
      onLine: (line) => {
        const state = readConfirmedState(line, known);
        if (state === null) {
          otherLines.add(line);
          return false;
        }
        if (!state.isEmpty) confirmed = 'bookmarks';
        else if (confirmed === 'nothing') confirmed = 'empty';
        keeper.offer(state);
        return true;
      },
      stop: stops.stop,
      killAll: stops.killAll,
      targetTimeoutMs: command.targetTimeoutSeconds * 1000,
      graceMs: command.graceSeconds * 1000,
      say: (what) => log.error(what),
    });
    const kept = await keeper.settle();
    otherLines.sum();
    const why = whyNotAdvanced(confirmed, hasBookmarks, outcome);
    if (why !== null) {
      log.warning(
        `${command.state}: not changed, because ${why}; a target must print each state after it has stored the ` +
          'records before it. The next run reads the same records again',
      );
    } else if (kept.stored > 0 && !kept.failed)
      log.info(`${command.state}: holds the newest state that the target confirmed`);
    const result = resultOf(outcome, stops.received(), kept);
    for (const problem of result.problems) log.critical(problem);
    return { ...result, outcome, after: kept.stored > 0 ? kept.state : undefined };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const problem = `${error.message}; nothing was read`;
    log.critical(problem);
    return { code: error.exitCode, reason: error.message, problems: [problem] };
  }
};
