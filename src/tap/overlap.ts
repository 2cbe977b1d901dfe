import { SEARCH } from '../close/search.ts';
import type { Config } from '../config/config.ts';
import type { Notes } from '../singer/bookmark.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../time/instant.ts';

/** This much is read again once a day, in every case. */
const WIDE = 2 * DAY;
/** A run that is started once a day is not always a full day after the one before. */
const WIDE_EVERY = 20 * HOUR;

/** From where on a run reads again, because the search index may not have had everything before. */
export interface Overlap {
  readonly from: Instant;
  /** Whether this is the wide overlap of the day. The state must remember it when the run is complete. */
  readonly isWide: boolean;
}

/**
 * Every run reads the usual overlap again. What the index did not have yet was found through the event log, and reading
 * begins again from there. Without the event log, the last six hours are read again. Once a day, two days are read
 * again. They show what the others miss, such as changes that Close makes without an event.
 * @param back the usual overlap, in microseconds
 * @param notes the notes of the stream in the state
 */
export const overlapOf = (
  bookmark: Instant,
  back: Instant,
  notes: Pick<Notes, 'changes_since' | 'last_wide_read'>,
  config: Pick<Config, 'late_activity_changes'>,
  now: Instant,
): Overlap => {
  const lastWide = notes.last_wide_read;
  const isWide = lastWide === null || lastWide > now || now - lastWide >= WIDE_EVERY;
  const followed = config.late_activity_changes ? notes.changes_since : null;
  const usual =
    followed === null
      ? bookmark - Math.max(back, SEARCH.lateness)
      : Math.min(bookmark - back, followed - MINUTE);
  return { from: isWide ? Math.min(usual, bookmark - WIDE) : usual, isWide };
};
