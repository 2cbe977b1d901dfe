import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../errors.ts';

/** Something that is not a regular file has the name of a file that only this program writes. */
export class NoRegularFileError extends Error {
  override name = 'NoRegularFileError';
}

const kindOf = (found: { isDirectory(): boolean; isFIFO(): boolean }): string => {
  if (found.isDirectory()) return 'a directory';
  return found.isFIFO() ? 'a pipe' : 'a device or socket';
};

/** Flags for opening a file: do not follow a link, and do not wait for a writer on a pipe. Windows has neither flag. */
export const ONLY_FILES = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads one of this program's own files beside the state file, and its date. Anything that is not a regular file is
 * refused: a link may lead anywhere, and a pipe would block the process for ever.
 * @param mostBytes a longer file is read only up to here
 */
export const readRegular = async (
  path: string,
  mostBytes: number,
): Promise<{ readonly content: Buffer; readonly mtimeMs: number }> => {
  const file = await open(path, constants.O_RDONLY | ONLY_FILES).catch((error: unknown) => {
    // ELOOP: a link that may not be followed. ENXIO: a socket.
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
