import { instantOf, type Row } from '../close/row.ts';
import type { Instant } from '../time/instant.ts';
import { START } from '../time/span.ts';

/** What a warehouse should hold. */
export interface Expected {
  /** The replication key; null when everything is read every time. */
  readonly key: string | null;
  /** Rows that last changed before this moment are never read. */
  readonly from: Instant;
  /** Rows that existed by this moment have been read. */
  readonly until: Instant;
  /** The event log has been read from this moment on. It shows what was created later. */
  readonly eventsFrom: Instant;
}

/**
 * Whether a warehouse should hold a row of Close:
 * - `due`: yes
 * - `unless new`: yes, unless the event log shows that the row was created later
 * - `recent`: no, the next run may still read it
 * - `old`: no, it is from before the start date
 */
export type Dueness = 'due' | 'unless new' | 'recent' | 'old';

export const dueOf = (row: Row, { key, from, until, eventsFrom }: Expected): Dueness => {
  const created = instantOf(row, 'date_created');
  const updated = instantOf(row, 'date_updated');
  const at = key === null ? null : instantOf(row, key);
  if (at !== null && at < from) return 'old';
  // A creation date does not show when the row reached Close: an old email may arrive today.
  const arrivesLate = key === 'date_created';
  const there = arrivesLate ? (updated ?? created) : (created ?? updated);
  if (there === null) return 'unless new';
  if (there > until) {
    const mayBeOlder = arrivesLate && created !== null && created <= until && there >= eventsFrom;
    return mayBeOlder ? 'unless new' : 'recent';
  }
  // The row was there. If it has changed since, it was read by then only if it was not older than the start date.
  if (at === null || arrivesLate || at <= until || from === START) return 'due';
  return created !== null && created >= from ? 'due' : 'recent';
};
