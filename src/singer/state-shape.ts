import { isRecord } from '../json/is-record.ts';

/**
 * Whether a line of JSON is a state. A state is an object with bookmarks: by itself, in a STATE message, or as Meltano
 * wraps it. Targets also print other things, and `{}` when they have nothing. None of these may count as a state.
 */
export const holdsBookmarks = (value: unknown): boolean => {
  if (!isRecord(value)) return false;
  if (isRecord(value.bookmarks)) return true;
  return holdsBookmarks(value.type === 'STATE' ? value.value : value.singer_state);
};
