import { messageOf } from '../errors.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import { isSameButForClock, stepsBack } from '../singer/compare-states.ts';
import type { State } from '../singer/state.ts';
import type { Log } from '../terminal/log.ts';
import { fromMillis } from '../time/instant.ts';
import { dropOldest, type Keep, keepCopy } from './copies.ts';
import type { StoredState } from './state-file.ts';
import { StoreError } from './store-error.ts';
import { writeAtomically } from './write-atomically.ts';

export interface KeeperOptions {
  readonly path: string;
  /** What the file held when the run began. */
  readonly start: StoredState;
  /** Which older states stay. */
  readonly keep: Keep;
  readonly backwards: 'refuse' | 'allow';
  /** The bookmarks that the tap has. */
  readonly known: readonly KnownBookmark[];
  readonly startedMs: number;
  readonly now: () => number;
  readonly log: Log;
  /** Throws when another run has taken the lock over. */
  readonly assertOwner: () => Promise<void>;
  readonly write?: typeof writeAtomically;
}

export interface KeeperResult {
  /** Times that a newer state was put in place. */
  readonly stored: number;
  /** Something that the target confirmed is not in the file. */
  readonly failed: boolean;
  /** A confirmed state was refused because it would have set the file back. */
  readonly refused: boolean;
  /** What the file holds now. */
  readonly state: State;
}

export interface Keeper {
  /** The target has confirmed a state. */
  offer(state: State): void;
  /** Resolves when everything offered is on the disk, or could not be written. */
  settle(): Promise<KeeperResult>;
}

/** Not added when the lock was lost: then another run may have written, or the directory may be gone. */
const UNTOUCHED = '; the state before is untouched';

/**
 * Keeps the newest state that the target confirmed in the state file. Each state is stored as soon as it arrives. When
 * states arrive faster than the disk can store them, only the newest is stored. What the file held before the run is
 * kept beside it, once.
 */
export const createKeeper = (options: KeeperOptions): Keeper => {
  const { path, start, keep, backwards, log, write = writeAtomically } = options;
  const startedAt = fromMillis(options.startedMs);
  let latest = start.state;
  // A file that could be read only in part is repaired by the first state that arrives.
  let inFile: State | null = start.warnings.length > 0 ? null : start.state;
  let copied = start.content === null;
  let stored = 0;
  let refused = false;
  let olderSeen = false;
  let complained = false;
  let writing: Promise<void> | null = null;

  const isStored = (): boolean => inFile?.text === latest.text;
  const store = async (state: State): Promise<void> => {
    await options.assertOwner();
    // Every run changes the values that only follow the clock. A copy for those would push a real older state out.
    if (!copied && start.content !== null && !isSameButForClock(start.state, state, options.known)) {
      await keepCopy(path, start.content, keep, options.now());
      copied = true;
    }
    await write(path, `${state.text}\n`);
    inFile = state;
    stored += 1;
  };
  const storeLatest = async (): Promise<void> => {
    try {
      while (!isStored()) await store(latest);
    } catch (error) {
      // The next state may find room on the disk again, so one line in the log is enough.
      if (!complained) log.error(messageOf(error) + (error instanceof StoreError ? UNTOUCHED : ''));
      complained = true;
    } finally {
      writing = null;
    }
  };

  return {
    offer: (state) => {
      if (backwards === 'refuse') {
        const back = stepsBack(start.state, state, startedAt);
        if (back.length > 0) {
          if (!refused) {
            log.error(
              `${path}: not stored: the target confirmed a state that goes backwards, ${back.join(', ')}; ` +
                '--allow-backwards stores it anyway',
            );
          }
          refused = true;
          return;
        }
        if (stepsBack(latest, state, startedAt).length > 0) {
          if (!olderSeen)
            log.warning('the target confirmed an older state after a newer one; the newer counts');
          olderSeen = true;
          return;
        }
      }
      latest = latest.mergedWith(state);
      writing ??= storeLatest();
    },
    settle: async () => {
      await writing;
      if (!isStored() && latest !== start.state) await storeLatest();
      const lost = latest !== start.state && !isStored();
      if (lost) log.error(`${path}: confirmed by the target, and not stored: ${latest.text}`);
      if (stored > 0) {
        await dropOldest(path, keep, options.now()).catch((error: unknown) =>
          log.warning(`${path}: older states could not be removed: ${messageOf(error)}`),
        );
      }
      return { stored, failed: lost || refused, refused, state: inFile ?? start.state };
    },
  };
};
