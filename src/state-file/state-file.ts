import { lstat, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, UsageError } from '../errors.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import { State } from '../singer/state.ts';
import { listCopies } from './copies.ts';
import { parseOwnState } from './own-state.ts';
import { readStateFile } from './read-state-file.ts';
import { StoreError } from './store-error.ts';
import { writeAtomically } from './write-atomically.ts';

/** A state file as it is on the disk. */
export interface StoredState {
  /** The exact bytes; null when there is no file or it is empty. */
  readonly content: Buffer | null;
  readonly state: State;
  /** What had to be ignored to read it. */
  readonly warnings: readonly string[];
}

/** The file itself, behind any symbolic link. The file is locked and replaced; the link stays. */
export const locateStateFile = async (path: string): Promise<string> => {
  try {
    const found = await realpath(path);
    if (!(await stat(found)).isFile())
      throw new UsageError([`${path}: is not a regular file, so it cannot hold a state`]);
    return found;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error instanceof UsageError ? error : new StoreError(path, error);
  }
  const link = await lstat(path).catch(() => null);
  if (link?.isSymbolicLink()) return resolve(dirname(path), await readlink(path));
  try {
    return join(await realpath(dirname(resolve(path))), basename(path));
  } catch (error) {
    throw new UsageError([
      `${path}: ${dirname(resolve(path))} is not a directory (${codeOf(error)}); make it first`,
    ]);
  }
};

/**
 * Reads the state that a run starts from. No state file means a first run, unless there are older states. In that case
 * the run would go back to the very beginning, so the user must ask for it.
 */
export const readStored = async (
  path: string,
  known: readonly KnownBookmark[],
  start: 'continue' | 'afresh-if-missing',
): Promise<StoredState> => {
  const newest = (await listCopies(path)).at(-1);
  const { json, warnings, found } = await readStateFile(path).catch((error: unknown) => {
    if (!(error instanceof UsageError) || newest === undefined) throw error;
    throw new UsageError([...error.problems, `${path}: the newest of the older states is ${newest}`]);
  });
  const content = await readFile(path).catch(() => null);
  if (content !== null && found) {
    return { content, state: parseOwnState(json, path, known), warnings };
  }
  if (newest !== undefined && start === 'continue') {
    throw new UsageError([
      `${path}: ${content === null ? 'is gone' : 'holds nothing'}, but older states are there; to go on from the ` +
        `newest: cp ${newest} ${path}; to read everything again: --allow-backwards`,
    ]);
  }
  return { content: null, state: State.empty(), warnings };
};

/**
 * Checks before the run reads anything that the state can be stored later. It does so by writing the present content
 * again. This finds full and read-only disks, sticky directories and files that are mounted one by one.
 */
export const checkWritable = async (path: string, content: Buffer | null): Promise<void> => {
  if (content !== null) return writeAtomically(path, content, { sameDate: true });
  const probe = `${path}.tmp`;
  try {
    await rm(probe, { force: true });
    await writeFile(probe, Buffer.alloc(4096, ' '), { flush: true, flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new StoreError(path, error);
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
};
