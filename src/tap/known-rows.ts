import { hash } from 'node:crypto';
import { type Row, versionOf } from '../close/row.ts';
import { ROW_DIGITS } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';

/** How many rows are kept at most. More would make a state of more than 80 kB. */
const MOST_ROWS = 10_000;

const digestOf = (row: Row): string =>
  hash('sha256', `${row.id}\n${versionOf(row)}`, 'base64url').slice(0, ROW_DIGITS);

/** What the last run saw of a list that is read whole, and what this one sees. */
export interface KnownRows {
  /** Whether the last run saw the row in this version; notes that this run did. */
  isKnown(row: Row): boolean;
  /** Puts into the state what this run has seen, once all of it has been read and written. */
  save(): void;
  /** The list has more rows than are kept, so the next run will emit all of it. */
  readonly tooMany: boolean;
}

/**
 * Remembers a list by id and version. A user may join with an account that is years old, and a template may be shared
 * long after its last edit: the date of such a row does not show that it is new here.
 * - The first run chooses rows only by their date: it leaves out what last changed before the start date. It notes
 *   those rows as well.
 * - A state may come from a version without this memory. Then the whole list is emitted once. It is emitted on every
 *   run when the list has more rows than are kept.
 * - A run that fails leaves the memory as it was. So the next run emits again what that run may have written.
 * @param key the replication key; null where everything is emitted every time, and nothing needs to be remembered
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
      const digest = digestOf(row);
      // One more than is kept shows that there are too many.
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
