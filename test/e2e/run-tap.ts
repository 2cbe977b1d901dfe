import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));

/** A line of the tap's output. */
export interface Message {
  readonly type: string;
  readonly stream?: string;
  readonly record?: Readonly<Record<string, unknown>>;
  readonly schema?: { readonly properties: Readonly<Record<string, unknown>> };
  readonly value?: TapState;
  readonly time_extracted?: string;
}

export interface TapState {
  readonly bookmarks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly currently_syncing?: string;
}

export interface TapRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly messages: readonly Message[];
  /** The whole text of stdout. */
  readonly text: string;
  readonly stderr: string;
  /** The ids of the records of a stream. */
  readonly ids: (stream: string) => Set<string>;
  /** The last record with each id. */
  readonly latest: (stream: string) => Map<string, Readonly<Record<string, unknown>>>;
  readonly lastState: TapState | undefined;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with each line as it comes. It may stop the process. */
  readonly onLine?: (line: string, count: number, child: ChildProcess) => void;
}

export interface TapOptions extends RunOptions {
  readonly config: object;
  readonly state?: object | undefined;
  readonly catalog?: object;
  readonly args?: readonly string[];
}

/** Writes the files of a run into a directory for the time of the run. */
export const withFiles = async (
  options: TapOptions,
  run: (args: readonly string[]) => Promise<TapRun>,
): Promise<TapRun> => {
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
  try {
    const files: string[] = [];
    for (const [flag, content] of [
      ['config', options.config],
      ['state', options.state],
      ['catalog', options.catalog],
    ] as const) {
      if (content === undefined) continue;
      const path = join(dir, `${flag}.json`);
      await writeFile(path, JSON.stringify(content));
      files.push(`--${flag}`, path);
    }
    return await run([...files, ...(options.args ?? [])]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** Runs the real binary with its own files, and reads its output. */
export const runTap = (options: TapOptions): Promise<TapRun> =>
  withFiles(options, (args) => runBinary(args, options));

/** Runs the real binary with these arguments. */
export const runBinary = (args: readonly string[], options: RunOptions = {}): Promise<TapRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
    });
    const lines: string[] = [];
    let rest = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        options.onLine?.(line, lines.length, child);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(toRun(lines, stderr, code, signal)));
  });

/** Makes a value when it is first asked for. Few tests look at all of a run, and most of its cost is to parse it. */
const lazily = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const parse = (line: string): Message => {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return { type: `not JSON: ${line.slice(0, 80)}` };
  }
};

const isState = (line: string): boolean => line.startsWith('{"type":"STATE"');

export const toRun = (
  lines: readonly string[],
  stderr: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): TapRun => {
  const messages = lazily(() => lines.map(parse));
  const latest = lazily(() => {
    const streams = new Map<string, Map<string, Readonly<Record<string, unknown>>>>();
    for (const { type, stream = '', record } of messages()) {
      if (type !== 'RECORD' || !record) continue;
      const rows = streams.get(stream) ?? new Map();
      streams.set(stream, rows.set(String(record.id), record));
    }
    return streams;
  });
  const lastState = lazily(() => lines.filter(isState).slice(-1).map(parse)[0]?.value);
  return {
    code,
    signal,
    get messages() {
      return messages();
    },
    text: lines.join('\n'),
    stderr,
    ids: (stream) => new Set(latest().get(stream)?.keys()),
    latest: (stream) => new Map(latest().get(stream)),
    get lastState() {
      return lastState();
    },
  };
};
