import { type Row, versionOf } from '../close/row.ts';
import { ROW_DIGITS } from '../singer/bookmark.ts';
import { digestOf } from '../singer/digests.ts';
import type { State } from '../singer/state.ts';

/** How many rows of a list are remembered. More would make the state larger than 80 kB. */
const MOST_ROWS = 10_000;

const digestOfRow = (row: Row): string => digestOf(`${row.id}\n${versionOf(row)}`, ROW_DIGITS);

/** The rows of a list that is read whole: those that the last run saw, and those that this run sees. */
export interface KnownRows {
  /** Whether the last run saw the row in this version. It also notes that this run saw it. */
  isKnown(row: Row): boolean;
  /** Puts the rows of this run into the state. Call it only after all of them have been read and written. */
  save(): void;
  /** Whether the list has too many rows to remember. Then the next run emits all of them. */
  readonly tooMany: boolean;
}

/**
 * Remembers the rows of a list by id and version. A user may join with an account that is years old, and a template may be
 * shared long after its last edit. The date of such a row does not show that the row is new here.
 * - The first run chooses rows only by their date. It leaves out rows that last changed before the start date, but it
 *   remembers them too.
 * - A state may come from a version that did not remember rows. Then the whole list is emitted once. If the list has too
 *   many rows, every run emits all of them.
 * - A run that fails leaves the memory as it was. So the next run emits again what the failed run may have written.
 * @param key the replication key; null if everything is emitted every time, so that nothing needs to be remembered
 */
export const createKnownRows = (stream: string, key: string | null, state: State): KnownRows => {
  if (key === null) return { isKnown: () => false, save: () => {}, tooMany: false };
  const { rows_seen: before } = state.notes(stream);
  const isFirstRun = before === null && state.instant(stream, key) === null;
  const seen = new Set<string>();
  let isUsed = false;
  return {
    isKnown: (row) => {
      isUsed = true;
      const digest = digestOfRow(row);
      // One row more than can be remembered is kept, to show that there are too many.
      if (seen.size <= MOST_ROWS) seen.add(digest);
      return before?.has(digest) ?? isFirstRun;
    },
    save: () => {
      if (!isUsed) return;
      state.note(stream, { rows_seen: seen.size > MOST_ROWS ? null : seen });
    },
    get tooMany() {
      return seen.size > MOST_ROWS;
    },
  };
};
