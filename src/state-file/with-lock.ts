import type { Log } from '../terminal/log.ts';
import { type Lock, takeLock } from './lock.ts';
import { processTable } from './lock-claim.ts';

/** The process that takes the lock. */
interface Locker {
  readonly host: NodeJS.Process;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Does some work while no other run can use the state file. @param path the file itself, not a link to it */
export const withLock = async <Result>(
  path: string,
  { host, log, signal }: Locker,
  now: () => number,
  work: (lock: Lock) => Promise<Result>,
): Promise<Result> => {
  const processes = processTable((pid, signal) => host.kill(pid, signal));
  const lock = await takeLock(`${path}.lock`, { pid: host.pid, processes, now, log, signal });
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
};
