import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

const NEWLINE = 0x0a;

export interface Pumped {
  readonly bytes: number;
  /** The source ended inside a line; that line was left out. */
  readonly cut: boolean;
  /** The reader ended before the source did. */
  readonly readerGone: boolean;
}

export interface PumpWatch {
  /** Called when it begins to wait for the reader. */
  readonly wait: () => void;
  /** Called when the reader has taken something. */
  readonly moved: () => void;
}

/**
 * Passes lines on, only whole ones and no faster than the reader takes them. When a tap is killed inside a line, the
 * target does not fail on the piece, so it can store and confirm everything that it holds.
 */
export const pumpLines = async (from: Readable, to: Writable, watch: PumpWatch): Promise<Pumped> => {
  let bytes = 0;
  let begun: Buffer[] = [];
  const reader = new AbortController();
  const leave = (): void => {
    reader.abort();
    from.destroy();
  };
  to.once('error', leave).once('close', leave);
  // The reader may have ended before this function began to listen.
  if (to.destroyed) leave();
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end === 0) {
        begun.push(chunk);
        continue;
      }
      const lines = Buffer.concat([...begun, chunk.subarray(0, end)]);
      begun = end === chunk.length ? [] : [chunk.subarray(end)];
      bytes += lines.length;
      if (to.write(lines)) continue;
      watch.wait();
      await once(to, 'drain', { signal: reader.signal });
      watch.moved();
    }
  } catch (error) {
    if (!reader.signal.aborted) throw error;
  } finally {
    to.off('error', leave).off('close', leave);
  }
  return { bytes, cut: begun.length > 0, readerGone: reader.signal.aborted };
};
