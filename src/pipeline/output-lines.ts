import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { codeOf } from '../errors.ts';

/** The most characters of a line; a longer line is cut. No state is longer. */
const LONGEST = 64 * 1024 * 1024;

/** Reads lines as they come, also a last line without an end. */
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
    // A pipe may fail, or this process may close it, after its writer has ended. The lines that have come still count.
    if (codeOf(error) === '') throw error;
  }
  add(decoder.end());
  if (length > 0) end();
};
