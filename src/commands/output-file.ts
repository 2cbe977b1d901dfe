import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';

/**
 * Checks, before anything is read, that a file can be written and is not needed for something else.
 * @param option the option that names the file, such as `--summary`
 * @param others the other files that the command reads or writes
 * @returns the full path of the file
 * @throws UsageError
 */
export const checkOutputFile = async (
  option: string,
  file: string,
  others: readonly (string | undefined)[],
): Promise<string> => {
  const path = resolve(file);
  const directory = await stat(dirname(path)).catch(() => null);
  const problem = others.some((other) => other !== undefined && resolve(other) === path)
    ? 'this file is already used for something else; name another one'
    : directory?.isDirectory() !== true
      ? `there is no directory ${dirname(path)}; create it first`
      : null;
  if (problem !== null) throw new UsageError([`${option}: ${file}: ${problem}`]);
  return path;
};
