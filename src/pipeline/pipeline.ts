import { type Child, type CommandLine, type Exit, startChild } from './child.ts';
import { readLines } from './output-lines.ts';
import { createRestartableTimer } from './restartable-timer.ts';
import { readTapReport, type TapReport } from './tap-report.ts';
import { type Pumped, pumpLines } from './whole-lines.ts';

export interface PipelineOptions {
  readonly tap: CommandLine;
  readonly target: CommandLine;
  /** The environment of the tap. */
  readonly env: NodeJS.ProcessEnv;
  readonly targetEnv: NodeJS.ProcessEnv;
  readonly kill: (pid: number, signal: NodeJS.Signals) => boolean;
  /** A line of the target's output. @returns whether it confirms a state, which is a sign of life */
  readonly onLine: (line: string) => boolean;
  /** Aborted to stop in good order: the tap writes its last state, and the target stores what it has. */
  readonly stop: AbortSignal;
  /** Aborted to stop at once. */
  readonly killAll: AbortSignal;
  /** How long the target may neither read nor confirm anything; 0: no limit. */
  readonly targetTimeoutMs: number;
  /** How long an orderly stop may take. */
  readonly graceMs: number;
  readonly say: (what: string) => void;
}

export interface PipelineOutcome extends Pumped {
  readonly tap: Exit;
  readonly target: Exit;
  /** The report of the tap about its run; null when it ended before it could send one. */
  readonly report: TapReport | null;
  /** Which side failed first, so not because the other side had ended. */
  readonly culprit: 'tap' | 'target' | null;
  /** The target did nothing for too long, and was ended. */
  readonly hung: boolean;
}

/** How long to wait between asking a process to end and killing it. */
const LAST_WORDS_MS = 10_000;
/** How long to read the output of a target that has ended. A process that it started may keep the pipe open. */
const LEFT_OPEN_MS = 5_000;

/** Runs the tap and the target with a pipe between them. When it resolves, both have ended in any case. */
export const runTapIntoTarget = async (options: PipelineOptions): Promise<PipelineOutcome> => {
  const { env, targetEnv, kill, say } = options;
  // Starts the target first: if that fails, nothing is read from Close.
  const target = await startChild(options.target, { env: targetEnv, kill });
  let culprit: PipelineOutcome['culprit'] = null;
  const end = (child: Child): void => {
    child.kill('SIGTERM');
    const last = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS);
    void child.exited.then(() => clearTimeout(last));
  };
  let hung = false;
  const patience = createRestartableTimer(options.targetTimeoutMs, () => {
    hung = true;
    culprit ??= 'target';
    say(`the target has hung for ${options.targetTimeoutMs / 1000} seconds (--target-timeout); ending it`);
    end(target);
  });
  const lines = readLines(target.stdout, (line) => {
    if (options.onLine(line)) patience.renew();
  });
  // The error is thrown where the result is awaited, not before.
  lines.catch(() => {});
  const tap = await startChild(options.tap, { env, kill, reports: true }).catch((error: unknown) => {
    end(target);
    throw error;
  });
  tap.stdin.end();
  let report: TapReport | null = null;
  const reporting =
    tap.report &&
    readLines(tap.report, (line) => {
      report = readTapReport(line);
    }).catch(() => {});

  let pumping = true;
  const onStop = (): void => {
    tap.kill('SIGTERM');
    grace.start();
  };
  const onKill = (): void => {
    tap.kill('SIGKILL');
    target.kill('SIGKILL');
  };
  const grace = createRestartableTimer(options.graceMs, () => {
    say(
      `not done ${options.graceMs / 1000} seconds after being told to stop (--grace); ending tap and target`,
    );
    end(tap);
    end(target);
  });
  options.stop.addEventListener('abort', onStop);
  options.killAll.addEventListener('abort', onKill);
  // A signal may have come while they were being started.
  if (options.stop.aborted) onStop();
  if (options.killAll.aborted) onKill();
  void tap.exited.then(({ code }) => {
    if (code !== 0) culprit ??= 'tap';
  });
  void target.exited.then(({ code }) => {
    patience.stop();
    if (code !== 0 || pumping) culprit ??= 'target';
  });

  const pumped = await pumpLines(tap.stdout, target.stdin, { wait: patience.start, moved: patience.stop });
  pumping = false;
  if (pumped.readerGone) {
    culprit ??= 'target';
    // The tap would notice it only when it writes its next line, and that may take long.
    end(tap);
  }
  const tapExit = await tap.exited;
  target.stdin.end();
  if (target.exit() === null) patience.start();
  const targetExit = await target.exited;
  patience.stop();
  grace.stop();
  const left = setTimeout(() => {
    target.stdout.destroy();
    tap.report?.destroy();
  }, LEFT_OPEN_MS);
  await lines;
  await reporting;
  clearTimeout(left);
  options.stop.removeEventListener('abort', onStop);
  options.killAll.removeEventListener('abort', onKill);
  return { ...pumped, tap: tapExit, target: targetExit, report, culprit, hung };
};
