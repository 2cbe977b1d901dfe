import { isAscii, isUtf8, transcode } from 'node:buffer';

/** Far more than any page of Close; a larger answer is a mistake and would fill the memory. */
const LARGEST_BYTES = 64 * 1024 * 1024;
/** Bodies larger than this are read one at a time: many at once would fill the memory too. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** The body is too large. A retry would get the same. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';

  constructor() {
    super(`the answer is larger than ${LARGEST_BYTES / 1024 / 1024} MiB; set page_size to a smaller number`);
  }
}

/** Reads the whole body of an answer as text. */
export type ReadBody = (
  body: AsyncIterable<Uint8Array>,
  contentLength: string | undefined,
) => Promise<string>;

/** @returns a reader for all bodies that are read at the same time, so that they share the memory */
export const createBodyReader = (): ReadBody => {
  let lastTurn: Promise<void> = Promise.resolve();

  return async (body, contentLength) => {
    let endTurn: () => void = () => {};
    const takeTurn = (): Promise<void> => {
      const before = lastTurn;
      lastTurn = new Promise((resolve) => {
        endTurn = resolve;
      });
      return before;
    };
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      // Leaving the loop by an error closes the connection.
      for await (const part of body) {
        if (length <= LARGE_BYTES && length + part.length > LARGE_BYTES) await takeTurn();
        length += part.length;
        if (length > LARGEST_BYTES || Number(contentLength) > LARGEST_BYTES) throw new TooLargeError();
        parts.push(part);
      }
      return textOf(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, length));
    } finally {
      endTurn();
    }
  };
};

const utf8 = new TextDecoder();
/** The first byte of a byte order mark; only the decoder removes it. */
const BOM = 0xef;

/**
 * Decoding is a good part of a run's work: much faster where every byte is a character, and by way of UTF-16, which is
 * how a text with other characters is kept anyway.
 */
const textOf = (bytes: Uint8Array): string => {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!isUtf8(bytes) || bytes[0] === BOM) return utf8.decode(bytes);
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
};
