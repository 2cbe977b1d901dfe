import { systemClock } from '../clock.ts';
import type { Keep } from '../state-file/copies.ts';
import { createKeeper, type Keeper } from '../state-file/keeper.ts';
import { readStored, type StoredState } from '../state-file/state-file.ts';
import { withLock } from '../state-file/with-lock.ts';
import { streams } from '../streams/index.ts';
import { knownBookmarks } from '../tap/known-bookmarks.ts';
import type { Session } from './session.ts';

/** Does some work while it holds the lock of the state file. @param work `start` is the state in the file before */
export const withKeeper = <Result>(
  path: string,
  { keep, allowBackwards }: { readonly keep: Keep; readonly allowBackwards: boolean },
  session: Session,
  work: (keeper: Keeper, start: StoredState) => Promise<Result>,
): Promise<Result> => {
  const now = () => systemClock.now();
  const known = knownBookmarks(streams);
  return withLock(path, session, now, async ({ assertOwner }) => {
    const start = await readStored(path, known, allowBackwards ? 'afresh-if-missing' : 'continue');
    const keeper = createKeeper({
      path,
      start,
      keep,
      known,
      backwards: allowBackwards ? 'allow' : 'refuse',
      startedMs: now(),
      now,
      log: session.log,
      assertOwner,
    });
    return work(keeper, start);
  });
};
