import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive, type ProcessTable, parseClaim, SILENT_MS } from './lock-claim.ts';
import { readRegular } from './read-regular.ts';

/** Several times what a claim has. */
export const MOST_CLAIM_BYTES = 16 * 1024;

/** `.0123abcd` for a lock under which a dead one's is taken over, `.tmp` for what is about to become a lock. */
const LEFTOVER = /^((?:\.[0-9a-f]{8})+)(?:\.tmp)?$/;

/**
 * Removes what those who were killed while they took a lock have left beside it, for nothing else ever would. Only its
 * holder may ask: no dead lock is left then that could be taken over, so none of the locks for doing so is needed. A
 * draft that is removed from under a living process all the same is written again.
 * @param token the holder's
 */
export const removeLeftovers = async (
  lock: string,
  token: string,
  processes: ProcessTable,
): Promise<void> => {
  const { mtimeMs: now } = await stat(lock);
  const names = await readdir(dirname(lock));
  const found = names.filter((name) => {
    const tokens = name.startsWith(basename(lock)) && LEFTOVER.exec(name.slice(basename(lock).length))?.[1];
    // Who takes us for dead is at work on our own.
    return tokens && !tokens.startsWith(`.${token}`);
  });
  for (const name of found) {
    const path = join(dirname(lock), name);
    // One that has gone meanwhile is none.
    if (await isLeft(path, now, processes).catch(() => false)) await rm(path, { force: true });
  }
};

const isLeft = async (path: string, now: number, processes: ProcessTable): Promise<boolean> => {
  const { content, mtimeMs } = await readRegular(path, MOST_CLAIM_BYTES);
  const silentMs = now - mtimeMs;
  const claim = parseClaim(content.toString());
  // A draft without a claim was killed, or is between two system calls.
  return claim === null ? silentMs >= SILENT_MS : !isAlive(claim, processes, silentMs);
};
