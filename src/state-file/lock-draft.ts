import { constants, copyFile, link, open, rename } from 'node:fs/promises';
import { codeOf } from '../errors.ts';
import { type Claim, claimText } from './lock-claim.ts';

/** Writes the draft: the file that will become the lock. */
export const writeDraft = async (draft: string, claim: Claim): Promise<void> => {
  const file = await open(draft, 'w', 0o644);
  try {
    await file.writeFile(claimText(claim));
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Replaces a dead lock by the draft. @returns false when the draft is gone: another run removed it as a leftover */
export const replace = async (draft: string, path: string): Promise<boolean> => {
  try {
    await rename(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/** Turns the draft into a lock where there is none. @returns false when there is one, or the draft is gone */
export const placeNew = async (draft: string, path: string): Promise<boolean> => {
  try {
    // Some file systems have no links. There the file is created first and then filled; in between it holds no claim.
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
