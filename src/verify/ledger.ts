import type { Change } from '../close/changes.ts';
import { instantOf, type Row } from '../close/row.ts';
import { UsageError } from '../errors.ts';
import type { Instant } from '../time/instant.ts';
import { START } from '../time/span.ts';
import { dueOf, type Expected } from './due.ts';
import type { Counts, Finding } from './findings.ts';
import { atGrain, beginningOf, type Held } from './held.ts';
import { IdTable } from './id-table.ts';

// Marks of an id that the warehouse holds.
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

// Marks of an id that only Close has, as `dueOf` says.
const DUE = 1;
const UNLESS_NEW = 2;
const RECENT = 4;

/** For both kinds: Close sent the row again when it was read a second time. */
const CONFIRMED = 32;

/** Compares what a warehouse holds with the rows that Close sends, and keeps the results. */
export interface Ledger {
  /** Takes rows of Close. @throws UsageError if the warehouse's ids are not ids of this stream */
  see(rows: readonly Row[]): void;
  /**
   * Counts the ids that the warehouse holds and Close has not sent so far.
   * @param reach ids with an older version are marked as BEYOND, and not counted
   */
  unseen(reach: Instant): number;
  /**
   * Takes the changes that the event log names; null if the key may not read it.
   * @param fromIndex whether the rows came from a search index, which may not have these changes yet
   */
  follow(changes: readonly Change[] | null, fromIndex: boolean): void;
  /** The ids that must be checked again before they are reported. */
  suspects(): Generator<string>;
  /** Takes suspects as Close has them now. @returns the rows that are missing or stale */
  confirm(rows: readonly Row[]): Row[];
  counts(): Counts;
  findings(): Generator<Finding>;
}

/**
 * @param expected what the warehouse should hold; called only after rows have come
 * @param names the names of the file of ids and of the stream, for messages
 */
export const createLedger = (
  held: Held,
  expected: () => Expected,
  names: { readonly source: string; readonly stream: string },
): Ledger => {
  const { ids } = held;
  /** The ids that only Close has. */
  const others = new IdTable();
  /** The ids that the event log says were created. */
  const created = new Set<string>();
  /** The ids of changes that the event log names, and that the search index did not have yet. */
  const late = new Set<string>();
  let hasEventLog = false;
  let isKnownToFit = false;

  /** If no held id begins like the ids of Close, the file holds something else. */
  const checkFit = (rows: readonly Row[]): void => {
    if (isKnownToFit || rows.length === 0) return;
    isKnownToFit = true;
    const beginnings = new Set(rows.map(({ id }) => beginningOf(id)));
    if ([...beginnings].some((one) => one === null || held.beginnings.has(one))) return;
    const found = held.beginnings.size === 0 ? '' : `, but with ${[...held.beginnings].join(', ')}`;
    throw new UsageError([
      `${names.source}: no id begins with ${[...beginnings].join(' or ')} as the ids of ${names.stream} do${found}; ` +
        'is it the right stream, and the right column?',
    ]);
  };

  const seeHeld = (at: number, row: Row): void => {
    ids.mark(at, SEEN);
    const version = held.column === null ? null : instantOf(row, held.column);
    const known = ids.version(at);
    if (version === null || known === START || atGrain(held, at, version) <= known) return;
    ids.mark(at, version <= expected().until ? STALE : CHANGED);
  };

  const seeOther = (row: Row): void => {
    const due = dueOf(row, expected());
    if (due === 'old') return;
    const at = others.add(row.id);
    others.mark(at, due === 'due' ? DUE : due === 'recent' ? RECENT : UNLESS_NEW);
    others.setVersion(at, instantOf(row, 'date_updated') ?? instantOf(row, 'date_created') ?? START);
  };

  const seeOne = (row: Row): void => {
    const at = ids.find(row.id);
    if (at >= 0) seeHeld(at, row);
    else seeOther(row);
  };

  const isDue = (at: number): boolean => {
    if (others.has(at, DUE)) return true;
    if (!others.has(at, UNLESS_NEW) || created.has(others.id(at))) return false;
    // Without the event log, only a row that has no dates at all counts as old.
    return hasEventLog || others.version(at) === START;
  };

  const isMissing = (at: number): boolean => isDue(at) && others.has(at, CONFIRMED);
  const isStale = (at: number): boolean => ids.has(at, STALE) && ids.has(at, CONFIRMED);
  const isGone = (at: number): boolean => !ids.has(at, SEEN | DELETED | BEYOND);

  return {
    see: (rows) => {
      checkFit(rows);
      for (const row of rows) seeOne(row);
    },
    unseen: (reach) => {
      let unseen = 0;
      for (const at of ids.rows((row) => !ids.has(row, SEEN))) {
        if (reach !== START && ids.version(at) < reach) ids.mark(at, BEYOND);
        else unseen += 1;
      }
      return unseen;
    },
    follow: (changes, fromIndex) => {
      hasEventLog = changes !== null;
      for (const change of changes ?? []) {
        const at = ids.find(change.objectId);
        if (change.created) created.add(change.objectId);
        if (change.deleted && at >= 0 && !ids.has(at, SEEN)) ids.mark(at, DELETED);
        if (change.deleted || !fromIndex) continue;
        const isUnknown = at < 0 ? others.find(change.objectId) < 0 : change.version > ids.version(at);
        if (isUnknown) late.add(change.objectId);
      }
    },
    *suspects() {
      for (const at of others.rows(isDue)) yield others.id(at);
      for (const at of ids.rows((row) => isGone(row) || ids.has(row, STALE))) yield ids.id(at);
      for (const id of late) {
        const at = ids.find(id);
        const isYielded = at < 0 ? isDue(others.find(id)) : isGone(at) || ids.has(at, STALE);
        if (!isYielded) yield id;
      }
    },
    confirm: (rows) =>
      rows.filter((row) => {
        seeOne(row);
        const at = ids.find(row.id);
        if (at >= 0) {
          ids.mark(at, CONFIRMED);
          return isStale(at);
        }
        const other = others.find(row.id);
        if (other < 0) return false;
        others.mark(other, CONFIRMED);
        return isMissing(other);
      }),
    counts: () => {
      const deletedSince = others.count((at) => isDue(at) && !others.has(at, CONFIRMED));
      return {
        held: ids.size,
        close: ids.count((at) => ids.has(at, SEEN)) + others.size,
        missing: others.count(isMissing),
        stale: ids.count(isStale),
        gone: ids.count(isGone),
        recent: {
          created: others.count((at) => !isDue(at)),
          changed: ids.count((at) => ids.has(at, CHANGED) && !ids.has(at, STALE)),
          deleted:
            deletedSince +
            ids.count((at) => ids.has(at, DELETED) && !ids.has(at, SEEN)) +
            ids.count((at) => ids.has(at, STALE) && !ids.has(at, CONFIRMED)),
        },
        beyond: ids.count((at) => ids.has(at, BEYOND) && !ids.has(at, SEEN)),
      };
    },
    *findings() {
      for (const at of others.rows(isMissing)) yield { what: 'missing', id: others.id(at) };
      for (const at of ids.rows(isStale)) yield { what: 'stale', id: ids.id(at) };
      for (const at of ids.rows(isGone)) yield { what: 'gone', id: ids.id(at) };
    },
  };
};
