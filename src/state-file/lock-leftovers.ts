import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive, type ProcessTable, parseClaim, SILENT_MS } from './lock-claim.ts';
import { readRegular } from './read-regular.ts';

/** Several times the size of a claim. */
export const MOST_CLAIM_BYTES = 16 * 1024;

/** How leftovers end: `.0123abcd` for a lock that guards the takeover of a dead lock, `.tmp` for a draft of a lock. */
const LEFTOVER = /^((?:\.[0-9a-f]{8})+)(?:\.tmp)?$/;

/**
 * Removes the files that runs left beside a lock when they were killed while taking it. Nothing else removes them.
 * Only the holder of the lock may call this. While it holds the lock, there is no dead lock to take over. So the locks
 * that guard a takeover are not needed. If a draft of a living process is removed by mistake, that process writes it
 * again.
 * @param token the holder's token
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
    // A file with our token belongs to a run that takes us for dead and is replacing our lock.
    return tokens && !tokens.startsWith(`.${token}`);
  });
  for (const name of found) {
    const path = join(dirname(lock), name);
    // A file that has gone in the meantime is not a leftover.
    if (await isLeft(path, now, processes).catch(() => false)) await rm(path, { force: true });
  }
};

const isLeft = async (path: string, now: number, processes: ProcessTable): Promise<boolean> => {
  const { content, mtimeMs } = await readRegular(path, MOST_CLAIM_BYTES);
  const silentMs = now - mtimeMs;
  const claim = parseClaim(content.toString());
  // A draft has no claim when its process was killed, or is between two system calls.
  return claim === null ? silentMs >= SILENT_MS : !isAlive(claim, processes, silentMs);
};
