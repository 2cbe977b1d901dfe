import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Readable, type Writable } from 'node:stream';
import { codeOf } from '../errors.ts';
import { REPORT_FD } from './tap-report.ts';

/** A program and its arguments. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

export interface Exit {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Its channel for a report, if it has one. */
  readonly report: Readable | null;
  readonly exited: Promise<Exit>;
  /** Null while it runs. */
  readonly exit: () => Exit | null;
  /** Sends a signal to it and to what it started; does nothing if it has ended. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** The program could not be started; `exitCode` is the code a shell would use. */
export class SpawnError extends Error {
  override name = 'SpawnError';
  readonly exitCode: number;

  constructor(file: string, cause: unknown) {
    const code = codeOf(cause);
    const reason =
      code === 'ENOENT'
        ? 'there is no such program'
        : code === 'EACCES'
          ? 'it is not executable'
          : cause instanceof Error
            ? cause.message
            : String(cause);
    super(`${file}: cannot be started: ${reason}`, { cause });
    this.exitCode = code === 'ENOENT' ? 127 : 126;
  }
}

/** Exit code of a process that a signal ended, as shells count. */
export const codeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * Starts a program in a process group of its own: Ctrl-C in a terminal reaches whole groups, and must not end the
 * target before it has written what it holds.
 */
export const startChild = async (
  { file, args }: CommandLine,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly kill: (pid: number, signal: NodeJS.Signals) => boolean;
    /** It gets a channel for a report of its own, as file descriptor 3. */
    readonly reports?: true;
  },
): Promise<Child> => {
  const child = spawn(file, args, {
    env: options.env,
    stdio: ['pipe', 'pipe', 'inherit', ...(options.reports ? (['pipe'] as const) : [])],
    detached: true,
  });
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code: code ?? (signal === null ? 1 : codeOfSignal(signal)), signal };
      resolve(exit);
    });
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new SpawnError(file, error);
  }
  const { pid, stdout, stdin } = child;
  if (pid === undefined || stdin === null || stdout === null)
    throw new SpawnError(file, new Error('no process'));
  // An error after the start, such as a signal that cannot be sent, must not end this process.
  child.on('error', () => {});
  stdin.on('error', () => {});
  stdout.on('error', () => {});
  const channel = child.stdio[REPORT_FD];
  const report = channel instanceof Readable ? channel : null;
  report?.on('error', () => {});
  return {
    stdin,
    stdout,
    report,
    exited,
    exit: () => exit,
    kill: (signal) => {
      // Its process id may belong to another process by now.
      if (exit !== null) return;
      try {
        options.kill(-pid, signal);
      } catch {
        // The group has ended.
      }
    },
  };
};
