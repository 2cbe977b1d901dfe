import { constants, copyFile, link, open, rename } from 'node:fs/promises';
import type { Claim } from './lock-claim.ts';
import { codeOf } from './store-error.ts';

/** Writes the file that is about to become a lock. */
export const writeDraft = async (draft: string, claim: Claim): Promise<void> => {
  const file = await open(draft, 'w', 0o644);
  try {
    await file.writeFile(`${JSON.stringify(claim)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Puts the draft in the place of a dead lock. @returns false when it has gone, which somebody took for a leftover */
export const replace = async (draft: string, path: string): Promise<boolean> => {
  try {
    await rename(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/** Makes a lock of the draft where there is none. @returns false when there is one, or the draft has gone */
export const placeNew = async (draft: string, path: string): Promise<boolean> => {
  try {
    // File systems without links: there the file is created first and filled then, and unreadable in between.
    await link(draft, path).catch((error: unknown) => {
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
      return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(codeOf(error))) return false;
    throw error;
  }
};
