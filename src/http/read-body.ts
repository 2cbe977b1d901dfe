import { createSpareBuffers } from './spare-buffers.ts';

const MIB = 1024 * 1024;
/** Far more than any page of Close; a larger answer is a mistake and would fill the memory. */
const LARGEST_BYTES = 64 * MIB;
/** When the bodies that are being read have more than this together, they are read one at a time. */
const TOGETHER_BYTES = 16 * MIB;

/** The body is too large. A retry would get the same. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';

  constructor(mostBytes: number) {
    const most = `${Math.floor((mostBytes / MIB) * 10) / 10} MiB`;
    const why =
      mostBytes < LARGEST_BYTES ? ', more than the memory limit of this process leaves room for' : '';
    super(`the answer is larger than ${most}${why}; set page_size to a smaller number`);
  }
}

/** The body of an answer. */
export interface Body {
  readonly bytes: Buffer;
  /** Call it when the bytes have been read. They count as memory in use until then, and are overwritten afterwards. */
  readonly release: () => void;
}

/** Reads the whole body of an answer. */
export type ReadBody = (body: AsyncIterable<Uint8Array>, contentLength: string | undefined) => Promise<Body>;

/**
 * @param largestPage the largest body that fits into the memory, in bytes
 * @returns one reader for all bodies that are read at the same time, since they use the same memory
 */
export const createBodyReader = (largestPage = LARGEST_BYTES): ReadBody => {
  const mostBytes = Math.min(largestPage, LARGEST_BYTES);
  const spare = createSpareBuffers();
  let lastTurn: Promise<void> = Promise.resolve();
  let held = 0;

  return async (body, contentLength) => {
    let endTurn: (() => void) | null = null;
    const takeTurn = (): Promise<void> => {
      const before = lastTurn;
      lastTurn = new Promise((resolve) => {
        endTurn = resolve;
      });
      return before;
    };
    const announced = Number(contentLength);
    let buffer = spare.take(announced > 0 && announced < TOGETHER_BYTES ? announced : 0);
    let length = 0;
    const grow = (needed: number): void => {
      const larger = spare.take(Math.max(needed, buffer.length * 2));
      larger.set(buffer.subarray(0, length));
      spare.giveBack(buffer);
      buffer = larger;
    };
    const release = (): void => {
      held -= length;
      length = 0;
      spare.giveBack(buffer);
      endTurn?.();
    };
    try {
      // Leaving the loop by an error closes the connection.
      for await (const part of body) {
        const all = length + part.length;
        if (all > mostBytes || announced > mostBytes) throw new TooLargeError(mostBytes);
        if (endTurn === null && held + part.length > TOGETHER_BYTES) await takeTurn();
        if (all > buffer.length) grow(all);
        buffer.set(part, length);
        length = all;
        held += part.length;
      }
      return { bytes: buffer.subarray(0, length), release };
    } catch (error) {
      release();
      throw error;
    }
  };
};
