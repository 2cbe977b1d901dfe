import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from './store-error.ts';

/** What is in the place of a file that only this program writes. */
export class NoRegularFileError extends Error {
  override name = 'NoRegularFileError';
}

const kindOf = (found: { isDirectory(): boolean; isFIFO(): boolean }): string => {
  if (found.isDirectory()) return 'a directory';
  return found.isFIFO() ? 'a pipe' : 'a device or socket';
};

/** Neither follows a link nor waits for whoever writes into a pipe. Windows has neither flag. */
export const ONLY_FILES = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file of this program's own beside the state file, and what its date is. Anything else of that name is
 * refused: a link may lead anywhere, and a pipe would hold the process for ever.
 * @param mostBytes longer ones are not read to their end
 */
export const readRegular = async (
  path: string,
  mostBytes: number,
): Promise<{ readonly content: Buffer; readonly mtimeMs: number }> => {
  const file = await open(path, constants.O_RDONLY | ONLY_FILES).catch((error: unknown) => {
    // Said of a link that may not be followed, and of a socket.
    if (codeOf(error) === 'ELOOP') throw new NoRegularFileError('a symbolic link');
    if (codeOf(error) === 'ENXIO') throw new NoRegularFileError('a device or socket');
    throw error;
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new NoRegularFileError(kindOf(found));
    const content = Buffer.alloc(Math.min(found.size, mostBytes));
    let length = 0;
    while (length < content.length) {
      const { bytesRead } = await file.read(content, length, content.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { content: content.subarray(0, length), mtimeMs: found.mtimeMs };
  } finally {
    await file.close();
  }
};
