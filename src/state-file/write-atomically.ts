import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../errors.ts';
import { StoreError } from './store-error.ts';

export interface WriteOptions {
  /** The new file gets the permissions and the owner of this file; by default, of the file that it replaces. */
  readonly like?: string;
  /** Keep the date of the file that is replaced, because its content is the same. */
  readonly sameDate?: true;
}

/**
 * Puts a file in place whole or not at all, whatever happens in the meantime. The file is written under a temporary
 * name, flushed to the disk and renamed; then the rename is flushed too. The temporary name is always the same, so the
 * next write removes what a killed run left. The lock makes sure that there is only one writer.
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

/** Root may run the tap by hand while another user runs it from cron. That user must still be able to read the file. */
const adopt = async (
  file: FileHandle,
  { mode, uid, gid }: { mode: number; uid: number; gid: number },
): Promise<void> => {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid).catch(() => {});
  await file.chmod(mode & 0o777);
};

/** Some file systems cannot flush a directory. The file itself is already on the disk at this point. */
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
