import { isDeepStrictEqual } from 'node:util';
import type { KnownBookmark } from '../singer/parse-state.ts';
import { HOUR, type Instant } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';
import type { TapState } from './tap-state.ts';

/**
 * A bookmark ahead of the clock is a mistake, and the tap puts it right by setting it to the moment at which it runs,
 * by Close's clock, which may be a little behind ours.
 */
const CLOCK_DIFFERENCE = HOUR;

const instantOf = (value: unknown): Instant | null =>
  typeof value === 'string' ? parseInstant(value) : null;

/**
 * Names each bookmark that a newer state would set back. Only dates count: what else a bookmark holds is the tap's
 * notes on a run that was interrupted, which come and go. A stream that the newer state lacks is no step back: some
 * targets confirm only the streams that they saw, and {@link merge} keeps the others.
 */
export const stepsBack = (before: TapState, after: TapState, now: Instant): readonly string[] =>
  Object.entries(before.bookmarks).flatMap(([stream, bookmark]) => {
    const newer = after.bookmarks[stream];
    if (newer === undefined || Object.keys(newer).length === 0) return [];
    return Object.entries(bookmark).flatMap(([key, value]) => {
      const from = instantOf(value);
      if (from === null) return [];
      const to = instantOf(newer[key]);
      const floor = from > now ? now - CLOCK_DIFFERENCE : from;
      return to !== null && to >= floor
        ? []
        : [`${stream}.${key} from ${value} to ${newer[key] ?? 'nothing'}`];
    });
  });

/** The newer state, with the streams that it does not speak of kept as they were. */
export const merge = (before: TapState, after: TapState): TapState => ({
  bookmarks: {
    ...before.bookmarks,
    ...Object.fromEntries(
      Object.entries(after.bookmarks).filter(
        ([stream, bookmark]) => Object.keys(bookmark).length > 0 || !(stream in before.bookmarks),
      ),
    ),
  },
  currentlySyncing: after.currentlySyncing,
  others: { ...before.others, ...after.others },
});

/**
 * Beside a replication key a bookmark holds the tap's notes. These name moments at which a run looked, or come and go
 * while it is under way.
 */
const PASSING: ReadonlySet<string> = new Set(['changes_since', 'last_wide_read', 'resume']);

/** Whether one state differs from another only in what moves with each run, whether or not it found anything. */
export const isSameButForClock = (
  before: TapState,
  after: TapState,
  known: readonly KnownBookmark[],
): boolean => {
  const found = ({ bookmarks }: TapState): object =>
    Object.fromEntries(
      Object.entries(bookmarks).map(([stream, bookmark]) => {
        const clock = known.find((entry) => entry.stream === stream && entry.followsClock)?.key;
        const kept = Object.entries(bookmark).filter(([key]) => key !== clock && !PASSING.has(key));
        return [stream, Object.fromEntries(kept)];
      }),
    );
  return isDeepStrictEqual(found(before), found(after));
};
