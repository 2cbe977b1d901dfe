import { randomBytes } from 'node:crypto';
import { constants, open, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { codeOf, LockedError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';
import { type Claim, claimText, isAlive, type ProcessTable, parseClaim, SILENT_MS } from './lock-claim.ts';
import { placeNew, replace, writeDraft } from './lock-draft.ts';
import { MOST_CLAIM_BYTES, removeLeftovers } from './lock-leftovers.ts';
import { NoRegularFileError, ONLY_FILES, readRegular } from './read-regular.ts';
import { reasonOf, StoreError } from './store-error.ts';

/** Something that cannot be a lock, such as a directory, has its name. Unlike another run, it does not go away. */
class UnusableLockError extends Error {
  override name = 'UnusableLockError';
}

export interface Lock {
  /** Distinguishes this lock from all others. */
  readonly token: string;
  /** Throws when the lock is gone or another run has it. A run takes it over when its holder gives no sign of life. */
  assertOwner(): Promise<void>;
  /** Never throws: the work under the lock is already done. */
  release(): Promise<void>;
}

export interface LockOptions {
  readonly pid: number;
  readonly processes: ProcessTable;
  readonly now: () => number;
  readonly log: Log;
  /** Stops the attempt to take the lock. */
  readonly signal: AbortSignal;
  /** How often the holder gives a sign of life, in milliseconds. */
  readonly heartbeatMs?: number;
}

const HEARTBEAT_MS = 30_000;
/** After this many attempts, each of which found a changed lock, something other than a run must be changing it. */
const MOST_ATTEMPTS = 200;

/**
 * Takes the lock beside a state file, or throws LockedError at once. The lock file appears whole: it is written under
 * another name and then linked. The link fails when there is a lock already. A lock whose holder is dead is replaced
 * under a second lock, which is named after the dead claim. So when two runs find a dead lock, only one replaces it,
 * and no run replaces a live lock.
 */
export const takeLock = async (path: string, options: LockOptions): Promise<Lock> => {
  const lock = await take(path, options);
  // Files that cannot be removed do not stop the run.
  await removeLeftovers(path, lock.token, options.processes).catch(() => {});
  return lock;
};

const take = async (path: string, options: LockOptions): Promise<Lock> => {
  const { pid, processes, log, heartbeatMs = HEARTBEAT_MS } = options;
  const claim: Claim = {
    token: randomBytes(4).toString('hex'),
    pid,
    host: hostname(),
    place: processes.place,
    process_started: processes.startOf(pid),
    since: new Date(options.now()).toISOString(),
  };
  const draft = `${path}.${claim.token}.tmp`;
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      options.signal.throwIfAborted();
      await writeDraft(draft, claim);
      if (await placeNew(draft, path)) return hold(path, claim, log, heartbeatMs);
      const found = await inspect(path, draft);
      if (found === null) continue;
      if (found.claim === null) {
        throw new LockedError(`${path}: cannot tell whose lock this is; remove it if no run is going on`);
      }
      if (isAlive(found.claim, processes, found.silentMs)) {
        const silentAt =
          found.claim.place === processes.place ? null : options.now() + SILENT_MS - found.silentMs;
        throw new LockedError(inUse(path, found.claim, silentAt));
      }
      const guard = await take(`${path}.${found.claim.token}`, options);
      try {
        if ((await readClaim(path))?.token !== found.claim.token) continue;
        if (!(await replace(draft, path))) continue;
        log.warning(
          `${path}: was left by process ${found.claim.pid}, which has ended; this run takes it over`,
        );
        return hold(path, claim, log, heartbeatMs);
      } finally {
        await guard.release();
      }
    }
    throw new LockedError(
      `${path}: cannot be taken: it keeps changing; look for another program that writes there`,
    );
  } catch (error) {
    if (error instanceof NoRegularFileError) {
      throw new UnusableLockError(
        `${path}: is ${error.message}, so it cannot be the lock; remove it. Nothing was done`,
      );
    }
    throw codeOf(error) === '' ? error : new StoreError(path, error);
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
};

/** @param silentAt when a holder that cannot be looked up from here counts as dead; null for one that can be */
const inUse = (path: string, { pid, host, since }: Claim, silentAt: number | null): string => {
  const holder = `${path}: another run has the state file: process ${pid} on ${host}, since ${since}; nothing was done`;
  if (silentAt === null) return holder;
  return (
    `${holder}. That process is on another machine or in another container. If it was killed, the ` +
    `lock can be taken over from ${new Date(silentAt).toISOString()} on, or at once when you remove ${path}`
  );
};

/** @returns undefined when there is no file; null when it holds no claim */
const readClaim = async (path: string): Promise<Claim | null | undefined> => {
  try {
    const { content } = await readRegular(path, MOST_CLAIM_BYTES);
    return parseClaim(content.toString());
  } catch (error) {
    if (error instanceof NoRegularFileError) return null;
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new StoreError(path, error);
  }
};

/** @returns null when the lock or the draft has gone in the meantime */
const inspect = async (path: string, draft: string) => {
  try {
    const { content, mtimeMs } = await readRegular(path, MOST_CLAIM_BYTES);
    // Both dates come from the file system, so the clocks of the machines that share it do not matter.
    const silentMs = (await stat(draft)).mtimeMs - mtimeMs;
    return { claim: parseClaim(content.toString()), silentMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

const hold = async (path: string, claim: Claim, log: Log, heartbeatMs: number): Promise<Lock> => {
  const file = await open(path, constants.O_RDWR | ONLY_FILES);
  // Writes the same bytes again into the open file. That sets its date, and it cannot change the lock of another run.
  const text = claimText(claim);
  const timer = setInterval(() => void file.write(text, 0).catch(() => {}), heartbeatMs);
  timer.unref();
  return {
    token: claim.token,
    assertOwner: async () => {
      const found = await readClaim(path);
      if (found?.token !== claim.token) throw new LockedError(await lossOf(path, found));
    },
    release: async () => {
      clearInterval(timer);
      try {
        await file.close();
        if ((await readClaim(path))?.token === claim.token) await rm(path, { force: true });
      } catch (error) {
        log.warning(`${path}: cannot be removed: ${reasonOf(error)}; the next run takes it over`);
      }
    },
  };
};

/** The message that says how the lock was lost. @param found what is there instead */
const lossOf = async (path: string, found: Claim | null | undefined): Promise<string> => {
  if (found !== undefined) return `${path}: the lock was lost to another run, so nothing more is stored`;
  const directory = dirname(path);
  return (await stat(directory).catch(() => null)) === null
    ? `${directory}: is gone, and the state file with it, so nothing more is stored`
    : `${path}: the lock was removed while the run was going on, so nothing more is stored`;
};
