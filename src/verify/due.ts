import { instantOf, type Row } from '../close/row.ts';
import type { Instant } from '../time/instant.ts';
import { START } from '../time/span.ts';

/** What a warehouse is to hold. */
export interface Expected {
  /** The replication key; null where everything is read every time. */
  readonly key: string | null;
  /** What changed last before this was never to be read. */
  readonly from: Instant;
  /** What was there by then has been read, */
  readonly until: Instant;
  /** and since when the event log has been read, which tells what was created later. */
  readonly eventsFrom: Instant;
}

/**
 * Whether a warehouse is to hold a row of Close: `due`; `unless new`, where only the event log tells whether it was
 * there; `recent`, where the next run may still bring it; `old`, from before the start date.
 */
export type Dueness = 'due' | 'unless new' | 'recent' | 'old';

export const dueOf = (row: Row, { key, from, until, eventsFrom }: Expected): Dueness => {
  const created = instantOf(row, 'date_created');
  const updated = instantOf(row, 'date_updated');
  const at = key === null ? null : instantOf(row, key);
  if (at !== null && at < from) return 'old';
  // Where rows are told by the date of their creation, that is no date of theirs in Close: an old mail arrives today.
  const arrivesLate = key === 'date_created';
  const there = arrivesLate ? (updated ?? created) : (created ?? updated);
  if (there === null) return 'unless new';
  if (there > until) {
    const mayBeOlder = arrivesLate && created !== null && created <= until && there >= eventsFrom;
    return mayBeOlder ? 'unless new' : 'recent';
  }
  // It was there. What has changed since was read by then only if it was not older than the start date.
  if (at === null || arrivesLate || at <= until || from === START) return 'due';
  return created !== null && created >= from ? 'due' : 'recent';
};
