import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { main } from '../../src/main.ts';
import { BIN, type RunOptions, type TapOptions, type TapRun, toRun, withFiles } from './run-tap.ts';

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

/**
 * The whole program as `runBinary` has it, by the same door and with real files and sockets, but in this process: that
 * takes a tenth of the time. Not for what a process has to itself: signals, its working directory, its end.
 */
export const runMain = async (
  args: readonly string[],
  { env }: Pick<RunOptions, 'env'> = {},
): Promise<TapRun> => {
  const [out, err] = [keeping(), keeping()];
  const signals = new EventEmitter();
  const host: NodeJS.Process = Object.create(process, {
    argv: { value: [process.execPath, BIN, ...args] },
    env: { value: { ...process.env, ...env } },
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
  const code = await main(args, host);
  return toRun(out.text().split('\n').slice(0, -1), err.text(), code, null);
};

/** As `runTap`, in this process. */
export const syncHere = (options: Omit<TapOptions, 'cwd' | 'onLine'>): Promise<TapRun> =>
  withFiles(options, (args) => runMain(args, options));
