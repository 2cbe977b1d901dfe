import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';

/**
 * Refuses, before anything is read, a file that cannot be written, or that is needed for something else.
 * @param option names the file, as `--summary`
 * @param others the files that the run reads or writes besides
 * @returns its path
 */
export const checkOutputFile = async (
  option: string,
  file: string,
  others: readonly (string | undefined)[],
): Promise<string> => {
  const path = resolve(file);
  const directory = await stat(dirname(path)).catch(() => null);
  const problem = others.some((other) => other !== undefined && resolve(other) === path)
    ? 'is used for something else in this run; name another file'
    : directory?.isDirectory() !== true
      ? `there is no directory ${dirname(path)}; make it first`
      : null;
  if (problem !== null) throw new UsageError([`${option}: ${file}: ${problem}`]);
  return path;
};
