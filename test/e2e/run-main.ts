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
  /** The content of standard input. */
  readonly input?: string;
  /** How much memory the container may use, in bytes; 0 outside a container. */
  readonly containerBytes?: number;
  /** The script of the program. `run` starts it as its tap. */
  readonly script?: string;
}

export interface HereRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the whole program with real files and sockets, as its binary does, but in this process. That takes a
 * tenth of the time. It cannot test signals, the working directory, or the end of a process.
 */
export const runHere = async (
  args: readonly string[],
  { env, input = '', containerBytes = 0, script = BIN }: HereOptions = {},
): Promise<HereRun> => {
  const [out, err] = [keeping(), keeping()];
  const signals = new EventEmitter();
  const host: NodeJS.Process = Object.create(process, {
    argv: { value: [process.execPath, script, ...args] },
    // The variables of the test's process must not reach a tap that `run` starts.
    execArgv: { value: [] },
    constrainedMemory: { value: () => containerBytes },
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
  // Node itself prints its warnings, and not the program.
  const warn = ({ name, message }: Error): unknown => err.stream.write(`(node) ${name}: ${message}\n`);
  process.on('warning', warn);
  try {
    const code = await main(args, host);
    return { code, stdout: out.text(), stderr: err.text() };
  } finally {
    process.off('warning', warn);
  }
};

/** The same as `runBinary`, but in this process. */
export const runMain = async (args: readonly string[], options: HereOptions = {}): Promise<TapRun> => {
  const { code, stdout, stderr } = await runHere(args, options);
  return toRun(stdout.split('\n').slice(0, -1), stderr, code, null);
};

/** The same as `runTap`, but in this process. */
export const syncHere = (options: Omit<TapOptions, 'cwd' | 'onLine'> & HereOptions): Promise<TapRun> =>
  withFiles(options, (args) => runMain(args, options));
