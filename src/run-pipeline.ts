import type { RunCommand } from './cli-run.ts';
import { systemClock } from './clock.ts';
import { loadConfig } from './load-config.ts';
import { type CommandLine, codeOfSignal, SpawnError } from './rotation/child.ts';
import { readConfirmedState } from './rotation/confirmed-state.ts';
import { createKeeper, type Keeper } from './rotation/keeper.ts';
import { createNoise } from './rotation/noise.ts';
import { runTapIntoTarget } from './rotation/pipeline.ts';
import { resultOf } from './rotation/run-result.ts';
import { checkWritable, locateStateFile, readStored } from './rotation/state-file.ts';
import { listenForStops, type StopSignals } from './rotation/stop-signals.ts';
import { withLock } from './rotation/with-lock.ts';
import { knownBookmarks } from './run-state.ts';
import type { Session } from './session.ts';
import type { KnownBookmark } from './singer/parse-state.ts';

/** This very program, as a process of its own: what ends it does not end the keeping of the state. */
const ownCommand = (command: RunCommand, { execPath, execArgv, argv }: NodeJS.Process): CommandLine => ({
  file: execPath,
  args: [
    ...execArgv,
    argv[1] ?? '',
    ...command.config.flatMap((file) => ['--config', file]),
    '--state',
    command.state,
    ...(command.catalog === undefined ? [] : ['--catalog', command.catalog]),
    '--under-run',
  ],
});

/** Runs the tap into a target, under a lock, and keeps the newest state that the target confirms. */
export const runPipeline = async (command: RunCommand, session: Session): Promise<number> => {
  const { host } = session;
  const known = knownBookmarks();
  const now = () => systemClock.now();
  // The child reads it again; here a mistake in it ends the run before the target is started.
  const { config } = await loadConfig(command.config, host.env, systemClock, session.version);
  session.keepSecret(config.credentials.secret);
  const path = await locateStateFile(command.state);
  const stops = listenForStops(host, now);
  try {
    return await withLock(path, session, now, async ({ assertOwner }) => {
      const backwards = command.allowBackwards ? 'allow' : 'refuse';
      const start = await readStored(path, known, backwards === 'allow' ? 'afresh-if-missing' : 'continue');
      await checkWritable(path, start.content);
      const keeper = createKeeper({
        path,
        start,
        keep: command.keep,
        backwards,
        startedMs: now(),
        now,
        log: session.log,
        assertOwner,
      });
      const early = stops.received();
      return early !== null ? codeOfSignal(early) : runAndKeep(command, session, stops, keeper, known);
    });
  } finally {
    stops.ignore();
  }
};

const runAndKeep = async (
  command: RunCommand,
  { host, log }: Session,
  stops: StopSignals,
  keeper: Keeper,
  known: readonly KnownBookmark[],
): Promise<number> => {
  const noise = createNoise(log);
  let confirmed = 0;
  try {
    const outcome = await runTapIntoTarget({
      tap: ownCommand(command, host),
      target: command.target,
      env: host.env,
      kill: (pid, signal) => host.kill(pid, signal),
      onLine: (line) => {
        const state = readConfirmedState(line, known);
        if (state === null) {
          noise.add(line);
          return false;
        }
        confirmed += 1;
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
    noise.sum();
    if (confirmed === 0 && outcome.bytes > 0) {
      log.warning(
        `${command.state}: not advanced, for the target printed no state: it has to print each state whose records ` +
          'it has stored. The next run reads the same again',
      );
    } else if (kept.stored > 0)
      log.info(`${command.state}: holds the newest state that the target confirmed`);
    const { code, problems } = resultOf(outcome, stops.received(), kept);
    for (const problem of problems) log.critical(problem);
    if (stops.received() !== null) log.info(`stopped by ${stops.received()}`);
    return code;
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    log.critical(`${error.message}; nothing was read`);
    return error.exitCode;
  }
};
