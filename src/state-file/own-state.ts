import { UsageError } from '../errors.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import { listNames } from '../singer/list-names.ts';
import { State } from '../singer/state.ts';

/**
 * Checks that a JSON value is a state that the tap can read. The state of another tap is refused: this tap would pass
 * its bookmarks on, find none of its own, and read everything again.
 * @param where names the value in complaints
 */
export const parseOwnState = (json: unknown, where: string, known: readonly KnownBookmark[]): State => {
  const { state } = State.parse(json, where, known);
  const own = known.map(({ stream }) => stream);
  if (!state.isOfOthersThan(own)) return state;
  throw new UsageError([
    `${where}: is the state of another tap: it has ${listNames(state.streams)}, but this tap reads ${listNames(own)}`,
  ]);
};
