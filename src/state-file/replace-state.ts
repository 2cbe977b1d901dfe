import { dropOldest, type Keep, keepCopy } from './copies.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * Replaces what a state file holds.
 * @param before what it holds now, which is kept beside it; null or empty when that is nothing
 */
export const replaceState = async (
  path: string,
  content: string | Buffer,
  { before, keep, now }: { readonly before: Buffer | null; readonly keep: Keep; readonly now: () => number },
): Promise<void> => {
  if (before !== null && before.length > 0) await keepCopy(path, before, keep, now());
  await writeAtomically(path, content);
  await dropOldest(path, keep, now());
};
