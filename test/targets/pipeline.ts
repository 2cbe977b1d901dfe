import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TAP = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));

export type Fields = Readonly<Record<string, unknown>>;

export interface Property {
  readonly type: readonly [string, ...string[]];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly items?: Property;
}

export interface Schema {
  readonly properties: Readonly<Record<string, Property>>;
}

interface Message {
  readonly type: string;
  readonly stream: string;
  readonly schema: Schema;
  readonly key_properties: readonly string[];
  readonly record: Fields;
  readonly value: State;
}

export interface State {
  readonly bookmarks: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What went through the pipe, and what the target printed. */
export interface Passed {
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly records: ReadonlyMap<string, readonly Fields[]>;
  readonly lastState: State;
  /** The state in the target's last line, which the next run gets. */
  readonly storedState: State;
}

export interface TargetCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface TapFiles {
  readonly config: object;
  readonly state?: object | undefined;
  readonly catalog?: object | undefined;
}

/** Runs `tap | target` and keeps what passes through the pipe. Both must succeed. */
export const runPipeline = async (files: TapFiles, target: TargetCommand): Promise<Passed> => {
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-pipe-'));
  try {
    const args: string[] = [];
    for (const flag of ['config', 'state', 'catalog'] as const) {
      if (files[flag] === undefined) continue;
      const path = join(dir, `${flag}.json`);
      await writeFile(path, JSON.stringify(files[flag]));
      args.push(`--${flag}`, path);
    }
    return await pipe(args, target);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const pipe = async (args: readonly string[], target: TargetCommand): Promise<Passed> => {
  const tap = spawn(process.execPath, [TAP, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const sink = spawn(target.program, target.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUTF8: '1', ...target.env },
  });
  const ended = Promise.all([once(tap, 'close'), once(sink, 'close')]);
  const texts = [tap.stdout, tap.stderr, sink.stdout, sink.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('utf8');
  });
  // If a target fails, it says why on stderr, and its exit code makes the run fail.
  sink.stdin.on('error', () => tap.kill());
  tap.stdout.pipe(sink.stdin);

  const [[tapCode], [targetCode]] = await ended;
  const [messages = '', tapLog = '', stored = '', targetLog = ''] = texts.map((text) => text());
  if (tapCode !== 0 || targetCode !== 0) {
    const tail = (text: string) => text.split('\n').slice(-25).join('\n');
    throw new Error(
      `the tap ended with ${tapCode}, the target with ${targetCode}\n${tail(tapLog)}\n${tail(targetLog)}`,
    );
  }
  return summarize(messages, stored);
};

const summarize = (output: string, stored: string): Passed => {
  const messages = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);
  const schemas = new Map<string, Schema>();
  const keys = new Map<string, readonly string[]>();
  const records = new Map<string, Fields[]>();
  for (const { type, stream, schema, key_properties, record } of messages) {
    if (type === 'SCHEMA') {
      keys.set(stream, key_properties);
      schemas.set(stream, schema);
      records.set(stream, []);
    }
    if (type === 'RECORD') records.get(stream)?.push(record);
  }
  const states = messages.filter(({ type }) => type === 'STATE');
  const lastLine = stored.trimEnd().split('\n').at(-1) ?? '';
  return {
    schemas,
    keys,
    records,
    lastState: states.at(-1)?.value ?? { bookmarks: {} },
    storedState: JSON.parse(lastLine) as State,
  };
};
