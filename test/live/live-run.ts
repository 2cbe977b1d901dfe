import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSink } from './sink.ts';
import { runTap } from './tap.ts';

/** The result of a step. It has no value of any record. */
export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly exit: number;
  readonly seconds: number;
  readonly [detail: string]: unknown;
}

/** The summary that can be attached to a report. */
export interface LiveSummary {
  readonly ok: boolean;
  readonly version: string;
  readonly node: string;
  readonly started_at: string;
  readonly days: number;
  readonly steps: readonly Step[];
}

export interface LiveOptions {
  /** The root of the repository. */
  readonly root: string;
  /** The directory for files that the steps share. It will have ids and logs. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** How many days back the syncs read. */
  readonly days: number;
  readonly tell: (line: string) => void;
  /** Runs the program, by default in its own process. */
  readonly runTap?: typeof runTap;
}

const DAY_MS = 86_400_000;

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
};

/** Runs check --deep, two syncs without a target, and verify on a real account. */
export const runLive = async (options: LiveOptions): Promise<LiveSummary> => {
  const { root, dir, env, days, tell, runTap: runProgram = runTap } = options;
  const startedAt = new Date();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = (name: string): string => join(dir, name);
  await writeFile(
    file('start.json'),
    JSON.stringify({ start_date: new Date(startedAt.getTime() - days * DAY_MS).toISOString() }),
  );
  const config = ['--config=ENV', '--config', file('start.json')];
  const steps: Step[] = [];

  const run = (args: readonly string[], onLine: (line: string) => void): Promise<number> =>
    runProgram({ bin: join(root, 'bin/tap-closeio.js'), args, env, cwd: dir, log: file('log.txt'), onLine });

  const outputOf = async (...args: readonly string[]) => {
    const lines: string[] = [];
    const exit = await run(args, (line) => lines.push(line));
    return { exit, text: lines.join('\n') };
  };

  const step = async (
    name: string,
    work: () => Promise<Omit<Step, 'name' | 'seconds'> & { readonly exit: number; readonly ok: boolean }>,
  ): Promise<void> => {
    tell(`${name} ...`);
    const before = Date.now();
    const { ok, exit, ...details } = await work();
    steps.push({ name, ok, exit, seconds: Math.round((Date.now() - before) / 100) / 10, ...details });
    tell(`${name}: ${ok ? 'ok' : 'NOT OK'} (exit code ${exit})`);
  };

  const check = async () => {
    const { exit, text } = await outputOf('check', ...config, '--deep', '--format', 'json');
    // This report is made so that it can be attached.
    return { ok: exit === 0, exit, report: parsed(text) };
  };

  const sync = (number: number) => async () => {
    const ids = createWriteStream(file('ids.jsonl'), { flags: 'a', mode: 0o600 });
    const sink = createSink((line) => ids.write(`${line}\n`));
    const state = number === 1 ? [] : ['--state', file('state.json')];
    const summary = file(`summary-${number}.json`);
    const exit = await run([...config, ...state, '--summary', summary], sink.line);
    await new Promise((done) => ids.end(done));
    if (sink.lastState() !== null) await writeFile(file('state.json'), JSON.stringify(sink.lastState()));
    const report = parsed(await readFile(summary, 'utf8').catch(() => '{}'));
    const invalid = [...sink.streams.values()].reduce((sum, counts) => sum + counts.invalid, 0);
    const { streams, requests, waits, seconds } = report;
    return {
      ok: exit === 0 && invalid === 0 && sink.strange() === 0,
      exit,
      invalid,
      strange_lines: sink.strange(),
      written: Object.fromEntries(sink.streams),
      run: { streams, requests, waits, seconds },
    };
  };

  const verify = async () => {
    const ids = ['--ids', file('ids.jsonl'), '--state', file('state.json')];
    const { exit, text } = await outputOf('verify', ...config, ...ids, '--format', 'json');
    return { ok: exit === 0, exit, report: parsed(text) };
  };

  await step('check --deep', check);
  await step('first sync', sync(1));
  await step('second sync', sync(2));
  await step('verify', verify);
  const { text: version } = await outputOf('--version');
  return {
    ok: steps.every(({ ok }) => ok),
    version,
    node: process.version,
    started_at: startedAt.toISOString(),
    days,
    steps,
  };
};
