import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type HereRun, runHere } from '../e2e/run-main.ts';
import { BIN } from '../e2e/run-tap.ts';

const scriptAt = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const FAKE_TAP = scriptAt('fake-tap.mjs');
export const FAKE_TARGET = [process.execPath, scriptAt('fake-target.mjs')];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly stderr: () => string;
}

/**
 * The tap and the target of a run. Paths in arguments are relative to the job's directory only if `run` is a process.
 */
export interface Sides {
  readonly tap?: readonly object[];
  readonly target?: object;
  readonly args?: readonly string[];
  /** The target to use in place of the fake one. */
  readonly command?: readonly string[];
  readonly statePath?: string;
  /** A config, with which the real tap runs in place of the fake one. */
  readonly config?: object;
}

/** What is possible only if the run has its own process. */
export interface ProcessSides extends Sides {
  /** The text on standard input. The input ends after it, unless `open`. */
  readonly input?: string;
  readonly open?: true;
  /** A shell line that runs it; it ends in "$@". */
  readonly shell?: string;
}

/** A job as in cron: a directory with a config and a state file. */
export interface Job {
  readonly dir: string;
  readonly statePath: string;
  writeState(content: string | object): void;
  readState(): unknown;
  stateText(): string;
  /** The names of the older states, the oldest first. */
  copies(): readonly string[];
  /** Files that should not be left. */
  leftovers(): readonly string[];
  /** A whole run in its own process. */
  start(sides: ProcessSides): Running;
  /**
   * The same in this process, to its end. That is three times as fast. The tap and the target have their own processes.
   */
  run(sides: Sides): Promise<Ended>;
  /** Runs a subcommand that starts no other program, with all its arguments, in this process. */
  command(args: readonly string[], input?: string): Promise<HereRun>;
  /** The same, while it is under way. */
  begin(args: readonly string[], sides: Pick<ProcessSides, 'input' | 'open' | 'shell'>): Running;
}

/** Waits for something that must happen. The only limit is the time limit of the test. */
export const eventually = async (happens: () => boolean): Promise<void> => {
  while (!happens()) await delay(5);
};

export const HAS_PROC = existsSync('/proc/self/stat');

export const isRunning = (pid: number): boolean => {
  try {
    if (!HAS_PROC) return process.kill(pid, 0);
    // In a container, ended processes may stay in the process table.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
};

/** A bookmark of leads on a day of 2026. */
export const leadsAt = (day: string): object => ({
  bookmarks: { leads: { date_updated: `2026-${day}T00:00:00.000000Z` } },
});

export const createJob = async (parent = tmpdir()): Promise<Job> => {
  const dir = await mkdtemp(join(parent, 'rotation-'));
  const config = join(dir, 'config.json');
  const statePath = join(dir, 'state.json');
  writeFileSync(config, JSON.stringify({ api_key: 'api_secret_of_the_job' }));
  const env = (sides: Sides, more: object = {}) => ({
    FAKE_TAP: JSON.stringify({ dir, steps: sides.tap ?? [], ...more }),
    FAKE_TARGET: JSON.stringify({ dir, ...sides.target, ...more }),
  });
  const launch = (argv: readonly string[], sides: ProcessSides): Running => {
    const [file = '', ...args] = sides.shell === undefined ? argv : ['sh', '-c', sides.shell, 'sh', ...argv];
    const child = spawn(file, args, { env: { ...process.env, ...env(sides) }, cwd: dir });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.write(sides.input ?? '');
    if (!sides.open) child.stdin.end();
    const ended = new Promise<Ended>((resolve) =>
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
    );
    return { process: child, ended, stderr: () => stderr };
  };
  const program = [process.execPath, scriptAt('run.mjs')];
  const argumentsFor = ({ args = [], command = FAKE_TARGET, ...sides }: Sides): readonly string[] => [
    ...['run', '--config', config, '--state', sides.statePath ?? statePath],
    ...args,
    '--',
    ...command,
  ];
  /** Puts the config of the real tap into its place. @returns whether there is one */
  const putConfig = (sides: Sides): boolean => {
    if (sides.config) writeFileSync(config, JSON.stringify(sides.config), { mode: 0o600 });
    return sides.config !== undefined;
  };
  const start = (sides: ProcessSides): Running => {
    const started = putConfig(sides) ? [process.execPath, BIN] : program;
    return launch([...started, ...argumentsFor(sides)], sides);
  };
  const run = async (sides: Sides): Promise<Ended> => {
    // Without this file, the fakes would write to the stderr of this process. It is not in the job's directory, which
    // may be on a read-only disk. A real tap is silent.
    const said = join(await mkdtemp(join(tmpdir(), 'said-')), 'stderr');
    writeFileSync(said, '');
    const ended = await runHere(
      argumentsFor(sides),
      putConfig(sides)
        ? { env: { ...env(sides, { said }), TAP_CLOSEIO_LOGLEVEL: 'SILENT' }, script: BIN }
        : { env: env(sides, { said }), script: FAKE_TAP },
    );
    return { ...ended, signal: null, stderr: readFileSync(said, 'utf8') + ended.stderr };
  };
  const names = (): readonly string[] => readdirSync(dir).sort();
  return {
    dir,
    statePath,
    writeState: (content) =>
      writeFileSync(statePath, typeof content === 'string' ? content : `${JSON.stringify(content)}\n`),
    readState: () => JSON.parse(readFileSync(statePath, 'utf8')),
    stateText: () => (existsSync(statePath) ? readFileSync(statePath, 'utf8') : ''),
    copies: () => names().filter((name) => /^state\.json\.\d{4}/.test(name)),
    leftovers: () => names().filter((name) => /\.lock|\.tmp/.test(name)),
    start,
    run,
    command: (args, input = '') => runHere(args, { input }),
    begin: (args, sides) => launch([...program, ...args], sides),
  };
};
