import type { Writable } from 'node:stream';
import { codeOf, ReaderGoneError } from '../errors.ts';

/** Where the messages go. */
export interface Output {
  /**
   * Resolves when the text (or its UTF-8) has left and the next text may be written. This is the back-pressure.
   * Rejects with ReaderGoneError when the program that reads the output has ended.
   */
  write(text: string | Buffer): Promise<void>;
}

const GONE = new Set(['EPIPE', 'EOF', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Wraps stdout. It listens for errors from the start, so that the tap does not crash when the reader ends. */
export const createOutput = (stream: Writable): Output => {
  let failure: Error | null = null;
  const waiting = new Set<(error: Error) => void>();
  const fail = (error: Error): void => {
    failure ??= error;
    for (const reject of waiting) reject(failure);
    waiting.clear();
  };
  stream.on('error', (error) => fail(named(error)));
  // A destroyed stream may never call the callbacks of pending writes.
  stream.on('close', () => fail(new ReaderGoneError('the output was closed')));

  return {
    write: (text) =>
      new Promise<void>((resolve, reject) => {
        if (failure) return reject(failure);
        if (stream.destroyed) return reject(new ReaderGoneError('the output was closed'));
        waiting.add(reject);
        stream.write(text, (error) => {
          if (error) return fail(named(error));
          waiting.delete(reject);
          resolve();
        });
      }),
  };
};

const named = (error: Error): Error =>
  GONE.has(codeOf(error))
    ? new ReaderGoneError('the program that reads the output has ended', { cause: error })
    : new Error(`cannot write the output: ${error.message}`, { cause: error });
