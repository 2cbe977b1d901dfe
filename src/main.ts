import { setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import type { Command } from './cli/command.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import { memoryLimits, problemOfMemory } from './commands/memory-limit.ts';
import { reportError } from './commands/report-error.ts';
import type { Session } from './commands/session.ts';
import { readVersion } from './commands/version.ts';
import {
  EXIT_INCOMPLETE,
  EXIT_OK,
  EXIT_USAGE,
  exitCodeOf,
  messageOf,
  ReaderGoneError,
  StoppedError,
  type StopSignal,
  UsageError,
} from './errors.ts';
import { createOutput } from './singer/output.ts';
import { createRedaction, secretsIn } from './terminal/redact.ts';

/**
 * How long to wait, after a signal, until the reader of the output has read the last state. A reader that is loading needs
 * some seconds. Without a limit, a reader that hangs would keep the tap running for ever. Docker waits as long.
 */
const LAST_STATE_MS = 10_000;

/** Runs the program. No other code in `src` uses the global `process`. @returns the exit code */
export const main = async (argv: readonly string[], host: NodeJS.Process): Promise<number> => {
  host.stderr.on('error', () => {});
  const version = readVersion();
  const output: string[] = [];
  const redact = createRedaction(secretsIn(host.env));
  const err = { write: (text: string) => host.stderr.write(redact(text)) };
  const command = parseArguments(argv, { write: (text) => output.push(text) }, err, version);
  if ('exit' in command) return print(output.join(''), command.exit, host);
  if (command.kind === 'version') return print(`tap-closeio ${version}\n`, EXIT_OK, host);

  const problem = problemOfMemory(memoryLimits(host));
  if (problem !== null) {
    err.write(`CRITICAL ${problem}\n`);
    return EXIT_USAGE;
  }
  // V8 lets memory grow to four times the live data before it collects all garbage. Here it may grow to twice as much.
  setFlagsFromString('--heap-growing-percent=100');
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let leaving = false;
  const stop = (signal: StopSignal): void => {
    const reason = new StoppedError(signal);
    // Meltano sends a second signal. It changes nothing.
    controller.abort(reason);
    // `run` has its own time limit (--grace).
    if (leaving || command.kind === 'run' || isUnderRun(command)) return;
    leaving = true;
    // Output that nobody reads would keep the process running, so it is cut off. This is the only use of exit().
    setTimeout(() => {
      session.log.warning(
        `still not stopped ${LAST_STATE_MS / 1000} seconds after the signal, maybe because nobody reads the output; ` +
          'ending now',
      );
      host.exit(exitCodeOf(reason));
    }, LAST_STATE_MS).unref();
  };
  host.on('SIGINT', stop).on('SIGTERM', stop);
  // Loaded only here, so that printing the version is quick.
  const { openSession } = await import('./commands/open-session.ts');
  const session = openSession(host, version, controller, command.kind === 'run' || isUnderRun(command));
  // Node itself would print the error with everything that is attached to it, such as the body of an answer.
  host.on('uncaughtException', (error) => host.exit(reportError(error, session.log)));
  try {
    if (session.problems.length > 0) throw new UsageError(session.problems);
    return await runCommand(command, session);
  } catch (error) {
    return reportError(error, session.log);
  } finally {
    session.close();
    // Ends waits, for example for a rate limit, which would keep the process running.
    controller.abort();
    // Signals stay caught: a second one would kill the ending process, and its exit code would be lost.
  }
};

/** Prints text that needs no session, such as help. @returns `code`, or another exit code if it could not be printed */
const print = async (text: string, code: number, host: NodeJS.Process): Promise<number> => {
  if (text === '') return code;
  try {
    await createOutput(host.stdout).write(text);
    return code;
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) host.stderr.write(`CRITICAL ${messageOf(error)}\n`);
    return EXIT_INCOMPLETE;
  }
};

/** Whether `run` started this process. Then `run` reports that it was stopped. */
const isUnderRun = (command: Command): boolean => command.kind === 'sync' && command.underRun === true;

const runCommand = async (
  command: Exclude<Command, { kind: 'version' }>,
  session: Session,
): Promise<number> => {
  switch (command.kind) {
    case 'sync':
      return (await import('./commands/sync.ts')).runSync(command, session);
    case 'discover':
      return (await import('./commands/discover.ts')).runDiscover(command, session);
    case 'about':
      return (await import('./commands/about.ts')).runAbout(command, session);
    case 'test':
      return (await import('./commands/test.ts')).runTest(command, session);
    case 'check':
      return (await import('./commands/check.ts')).runCheck(command, session);
    case 'verify':
      return (await import('./commands/verify.ts')).runVerify(command, session);
    case 'streams':
      return (await import('./commands/lists.ts')).runStreams(command, session);
    case 'fields':
      return (await import('./commands/lists.ts')).runFields(command, session);
    case 'views':
      return (await import('./commands/views.ts')).runViews(command, session);
    case 'run':
      return (await import('./commands/run.ts')).runPipeline(command, session);
    case 'state-show':
      return (await import('./commands/state.ts')).runStateShow(command, session);
    case 'state-list':
      return (await import('./commands/state.ts')).runStateList(command, session);
    case 'state-restore':
      return (await import('./commands/state.ts')).runStateRestore(command, session);
    case 'state-reset':
      return (await import('./commands/state.ts')).runStateReset(command, session);
    case 'state-rotate':
      return (await import('./commands/state.ts')).runStateRotate(command, session);
  }
};
