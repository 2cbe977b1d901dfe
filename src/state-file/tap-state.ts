import { UsageError } from '../errors.ts';
import { type Bookmark, type KnownBookmark, parseState } from '../singer/parse-state.ts';

/** A state of this tap, out of whatever wrapping it came in. */
export interface TapState {
  readonly bookmarks: Readonly<Record<string, Bookmark>>;
  readonly currentlySyncing: string | null;
  /** Top-level keys of other tools; they are handed on. */
  readonly others: Readonly<Record<string, unknown>>;
}

export const EMPTY_STATE: TapState = { bookmarks: {}, currentlySyncing: null, others: {} };

/** Whether it says nothing of where to go on. */
export const isEmptyState = ({ bookmarks }: TapState): boolean =>
  Object.values(bookmarks).every((bookmark) => Object.keys(bookmark).length === 0);

/**
 * Checks that a JSON value is a state that the tap will read. That of another tap is refused: the tap would hand its
 * bookmarks on, find none of its own, and read everything again.
 * @param where names the value in complaints
 */
export const parseTapState = (json: unknown, where: string, known: readonly KnownBookmark[]): TapState => {
  const { bookmarks, currentlySyncing, others } = parseState(json, where, known);
  const names = [...bookmarks.keys()];
  if (names.length > 0 && !names.some((name) => known.some(({ stream }) => stream === name))) {
    throw new UsageError([
      `${where}: is the state of another tap: it has ${listed(names)}, but this tap reads ` +
        listed(known.map(({ stream }) => stream)),
    ]);
  }
  return { bookmarks: Object.fromEntries(bookmarks), currentlySyncing, others };
};

const SHOWN = 6;

const listed = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')}, ...` : names.join(', ');

/** The state as it is stored: one line, as every Singer tool expects it. */
export const stateText = ({ bookmarks, currentlySyncing, others }: TapState): string => {
  const sorted = Object.entries(bookmarks).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({
    bookmarks: Object.fromEntries(sorted),
    ...(currentlySyncing === null ? {} : { currently_syncing: currentlySyncing }),
    ...others,
  })}\n`;
};
