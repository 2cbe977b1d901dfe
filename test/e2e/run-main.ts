import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.ts';
import { BIN, type TapOptions, type TapRun, toRun, withFiles } from './run-tap.ts';

/** A stream that keeps what is written to it. */
const keeping = (): { readonly stream: Writable; readonly text: () => string } => {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
};

export interface HereOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What comes in through standard input. */
  readonly input?: string;
  /** The script that it is started as, and that `run` starts as its tap. */
  readonly script?: string;
}

export interface HereRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The whole program, by the door that its binary uses and with real files and sockets, but in this process: that takes a
 * tenth of the time. Not for what a process has to itself: signals, its working directory, its end.
 */
export const runHere = async (
  args: readonly string[],
  { env, input = '', script = BIN }: HereOptions = {},
): Promise<HereRun> => {
  const [out, err] = [keeping(), keeping()];
  const signals = new EventEmitter();
  const host: NodeJS.Process = Object.create(process, {
    argv: { value: [process.execPath, script, ...args] },
    // Those of the test's process are no business of a tap that `run` starts.
    execArgv: { value: [] },
    env: { value: { ...process.env, ...env } },
    stdin: { value: Readable.from(input === '' ? [] : [Buffer.from(input)]) },
    stdout: { value: out.stream },
    stderr: { value: err.stream },
    on: { value: signals.on.bind(signals) },
    off: { value: signals.off.bind(signals) },
    exit: {
      value: (code: number) => {
        throw new Error(`the program left by exit(${code})`);
      },
    },
  });
  // Node prints its warnings behind the program's back.
  const warn = ({ name, message }: Error): unknown => err.stream.write(`(node) ${name}: ${message}\n`);
  process.on('warning', warn);
  try {
    const code = await main(args, host);
    return { code, stdout: out.text(), stderr: err.text() };
  } finally {
    process.off('warning', warn);
  }
};

/** As `runBinary`, in this process. */
export const runMain = async (args: readonly string[], options: HereOptions = {}): Promise<TapRun> => {
  const { code, stdout, stderr } = await runHere(args, options);
  return toRun(stdout.split('\n').slice(0, -1), stderr, code, null);
};

/** As `runTap`, in this process. */
export const syncHere = (options: Omit<TapOptions, 'cwd' | 'onLine'>): Promise<TapRun> =>
  withFiles(options, (args) => runMain(args, options));
