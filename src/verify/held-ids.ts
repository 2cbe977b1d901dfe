import type { Change } from '../close/changes.ts';
import { instantOf, type Row } from '../close/row.ts';
import type { Instant } from '../time/instant.ts';
import { START } from '../time/span.ts';
import { atGrain, type Held } from './held.ts';

// Marks of an id.
/** Close sent the row. */
const SEEN = 1;
/** Close has a newer version, which the warehouse should have. */
const STALE = 2;
/** Close has a newer version, but it is too new to be in the warehouse. */
const CHANGED = 4;
/** The event log says that the row was deleted. */
const DELETED = 8;
/** The row is older than the oldest one that Close shows. */
const BEYOND = 16;
/** Close sent the row again when it was read a second time. */
const CONFIRMED = 32;

/** The ids that a warehouse holds, with what Close says of each. */
export interface HeldIds {
  has(id: string): boolean;
  /** Takes the row of an id that is held. */
  see(row: Row): void;
  /** Notes that Close deleted the row, unless Close has sent it. */
  noteDeleted(id: string): void;
  /** Notes that Close shows no rows with an older version. */
  noteReach(reach: Instant): void;
  /** How many ids Close has not sent so far, without those that it cannot show. */
  unseen(): number;
  /** Whether the warehouse holds the version that a change made. */
  holdsVersionOf(change: Change): boolean;
  /** Whether the id must be checked again before it is reported. */
  isSuspect(id: string): boolean;
  suspects(): Generator<string>;
  /** Notes that a second reading brought the row. @returns whether it is stale */
  confirm(id: string): boolean;
  /** The ids whose row has a newer version in Close. */
  stale(): Generator<string>;
  /** The ids that Close no longer has. */
  gone(): Generator<string>;
  counts(): HeldCounts;
}

export interface HeldCounts {
  readonly held: number;
  readonly seen: number;
  readonly stale: number;
  readonly gone: number;
  readonly beyond: number;
  /** Rows that changed so recently that the warehouse need not have the change. */
  readonly changed: number;
  /** Rows that were deleted so recently that the warehouse need not know it. */
  readonly deleted: number;
}

/** @param until returns the moment up to which the warehouse should have every change */
export const createHeldIds = (held: Held, until: () => Instant): HeldIds => {
  const { ids } = held;

  const isSeen = (at: number): boolean => ids.has(at, SEEN);
  const isStale = (at: number): boolean => ids.has(at, STALE) && ids.has(at, CONFIRMED);
  const isGone = (at: number): boolean => !ids.has(at, SEEN | DELETED | BEYOND);
  const isSuspect = (at: number): boolean => isGone(at) || ids.has(at, STALE);
  /** A stale row that a second reading did not bring was deleted in the meantime. */
  const isDeleted = (at: number): boolean =>
    ids.has(at, STALE) ? !ids.has(at, CONFIRMED) : ids.has(at, DELETED) && !isSeen(at);

  /** The version of a row, if it is newer than the one that is held; null if it is not, or if that is not known. */
  const newerVersion = (at: number, row: Row): Instant | null => {
    const version = held.column === null ? null : instantOf(row, held.column);
    const known = ids.version(at);
    if (version === null || known === START) return null;
    return atGrain(held, at, version) > known ? version : null;
  };

  function* idsThat(picks: (at: number) => boolean): Generator<string> {
    for (const at of ids.rows(picks)) yield ids.id(at);
  }

  return {
    has: (id) => ids.find(id) >= 0,
    see: (row) => {
      const at = ids.find(row.id);
      ids.mark(at, SEEN);
      const newer = newerVersion(at, row);
      if (newer !== null) ids.mark(at, newer <= until() ? STALE : CHANGED);
    },
    noteDeleted: (id) => {
      const at = ids.find(id);
      if (at >= 0 && !isSeen(at)) ids.mark(at, DELETED);
    },
    noteReach: (reach) => {
      for (const at of ids.rows((row) => !isSeen(row) && ids.version(row) < reach)) ids.mark(at, BEYOND);
    },
    unseen: () => ids.count((at) => !ids.has(at, SEEN | BEYOND)),
    holdsVersionOf: ({ objectId, version }) => version <= ids.version(ids.find(objectId)),
    isSuspect: (id) => isSuspect(ids.find(id)),
    suspects: () => idsThat(isSuspect),
    confirm: (id) => {
      const at = ids.find(id);
      ids.mark(at, CONFIRMED);
      return isStale(at);
    },
    stale: () => idsThat(isStale),
    gone: () => idsThat(isGone),
    counts: () => ({
      held: ids.size,
      seen: ids.count(isSeen),
      stale: ids.count(isStale),
      gone: ids.count(isGone),
      beyond: ids.count((at) => ids.has(at, BEYOND) && !isSeen(at)),
      changed: ids.count((at) => ids.has(at, CHANGED) && !ids.has(at, STALE)),
      deleted: ids.count(isDeleted),
    }),
  };
};
