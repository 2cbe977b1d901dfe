import { stat } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { UsageError } from '../errors.ts';
import { readChunks } from '../json/read-text.ts';
import type { Session } from './session.ts';

/** The name of an input in messages. */
export const nameOfInput = (file: string): string => (file === '-' ? 'standard input' : file);

/** Opens a file, or standard input for `-`. @throws UsageError if there is no such file */
export const openInput = async (
  file: string,
  { host, signal }: Pick<Session, 'host' | 'signal'>,
): Promise<Readable> => {
  // A pipe may stay open for ever. After a signal, the command does not wait for the end of the pipe.
  if (file === '-') return addAbortSignal(signal, host.stdin);
  const found = await stat(file).catch(() => null);
  if (!found) throw new UsageError([`${file}: there is no such file`]);
  if (found.isDirectory()) throw new UsageError([`${file}: is a directory, not a file`]);
  return addAbortSignal(signal, Readable.from(readChunks(file, signal)));
};
