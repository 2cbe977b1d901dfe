import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, StoreError } from './store-error.ts';

export interface WriteOptions {
  /** The file whose permissions and owner the new one gets; by default the one it replaces. */
  readonly like?: string;
  /** Keep the date of the file that is replaced: its content is the same. */
  readonly sameDate?: true;
}

/**
 * Puts a file in place whole or not at all, whatever happens meanwhile: written beside, flushed to the disk, renamed,
 * and the renaming flushed too. The name beside is always the same, so that what a killed run left goes with the next
 * write; the lock sees to it that there is one writer.
 */
export const writeAtomically = async (
  path: string,
  content: string | Buffer,
  { like = path, sameDate }: WriteOptions = {},
): Promise<void> => {
  const temporary = `${like}.tmp`;
  try {
    const model = await stat(like).catch(() => null);
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      if (model) {
        await adopt(file, model);
        if (sameDate) await file.utimes(model.atime, model.mtime);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new StoreError(path, error);
  }
};

/** Root may run by hand what another user runs from cron; that user must still be able to read the file. */
const adopt = async (
  file: FileHandle,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
): Promise<void> => {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid).catch(() => {});
  await file.chmod(mode & 0o777);
};

/** Some file systems cannot flush a directory; the file itself is safe there by then. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR', 'EBADF'].includes(codeOf(error))) throw error;
  } finally {
    await directory.close();
  }
};
