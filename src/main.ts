import { setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { type Command, parseArguments } from './cli.ts';
import { describe, EXIT_INCOMPLETE, EXIT_OK, EXIT_USAGE, ReaderGoneError, UsageError } from './errors.ts';
import type { Session } from './session.ts';
import { readVersion } from './version.ts';

/** Exit codes of a run that was stopped, by signal. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;

class StoppedError extends Error {
  override name = 'StoppedError';
  readonly exitCode: number;

  constructor(signal: keyof typeof STOPPED) {
    super(`stopped by ${signal}`);
    this.exitCode = STOPPED[signal];
  }
}

/** The whole program, and the only place that knows the process. @returns the exit code */
export const main = async (argv: readonly string[], host: NodeJS.Process): Promise<number> => {
  host.stderr.on('error', () => {});
  const version = readVersion();
  const command = parseArguments(argv, host.stdout, host.stderr, version);
  if ('exit' in command) return command.exit;
  if (command.kind === 'version') {
    host.stdout.write(`tap-closeio ${version}\n`);
    return EXIT_OK;
  }

  // V8 lets the garbage of a busy run grow to four times what is alive before it collects all of it; twice is enough.
  setFlagsFromString('--heap-growing-percent=100');
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  // A second signal, as Meltano sends one, changes nothing.
  const stop = (signal: keyof typeof STOPPED): void => controller.abort(new StoppedError(signal));
  host.on('SIGINT', stop).on('SIGTERM', stop);
  // Loaded only now: printing the version is to be quick.
  const { openSession } = await import('./open-session.ts');
  const session = openSession(host, version, controller);
  try {
    return await runCommand(command, session);
  } catch (error) {
    return report(error, session);
  } finally {
    session.close();
    // Whatever still waits, for a rate limit say, is not to keep the process.
    controller.abort();
    // The signals stay caught: a second one while the process is on its way out would kill it, exit code and all.
  }
};

const runCommand = async (
  command: Exclude<Command, { kind: 'version' }>,
  session: Session,
): Promise<number> => {
  switch (command.kind) {
    case 'sync':
      return (await import('./run-sync.ts')).runSync(command, session);
    case 'discover':
      return (await import('./run-discover.ts')).runDiscover(command, session);
    case 'about':
      return (await import('./run-about.ts')).runAbout(command, session);
    case 'test':
      return (await import('./run-test.ts')).runTest(command, session);
    case 'check':
      return (await import('./run-check.ts')).runCheck(command, session);
    case 'run':
      return (await import('./run-pipeline.ts')).runPipeline(command, session);
    case 'state-show':
      return (await import('./run-state.ts')).runStateShow(command, session);
    case 'state-reset':
      return (await import('./run-state.ts')).runStateReset(command, session);
    case 'state-rotate':
      return (await import('./run-state.ts')).runStateRotate(command, session);
  }
};

/** Says what ended the run, and with which exit code. */
const report = (error: unknown, { log }: Session): number => {
  if (error instanceof ReaderGoneError) return EXIT_INCOMPLETE;
  if (error instanceof StoppedError) {
    log.info(error.message);
    return error.exitCode;
  }
  if (error instanceof UsageError) {
    for (const problem of error.problems) log.critical(problem);
    return EXIT_USAGE;
  }
  log.critical(describe(error));
  // Nobody foresaw it: the stack is what a report needs.
  if (error instanceof Error && error.stack) log.debug(error.stack);
  return EXIT_INCOMPLETE;
};
