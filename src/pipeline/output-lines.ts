import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { codeOf } from '../state-file/store-error.ts';

/** More characters than any state has; a longer line is cut. */
const LONGEST = 64 * 1024 * 1024;

/** Reads lines as they come, also a last one that does not end. */
export const readLines = async (from: Readable, onLine: (line: string) => void): Promise<void> => {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let length = 0;
  const add = (piece: string): void => {
    if (length < LONGEST) pieces.push(piece);
    length += piece.length;
  };
  const end = (): void => {
    onLine(pieces.join(''));
    pieces = [];
    length = 0;
  };
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const [first = '', ...others] = decoder.write(chunk).split('\n');
      add(first);
      for (const piece of others) {
        end();
        add(piece);
      }
    }
  } catch (error) {
    // A pipe may fail, or be closed by us, after its writer has ended; what has come still counts.
    if (codeOf(error) === '') throw error;
  }
  add(decoder.end());
  if (length > 0) end();
};
