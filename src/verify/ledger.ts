import type { Change } from '../close/changes.ts';
import { instantOf, type Row } from '../close/row.ts';
import { UsageError } from '../errors.ts';
import type { Instant } from '../time/instant.ts';
import { START } from '../time/span.ts';
import { dueOf, type Expected } from './due.ts';
import type { Counts, Finding } from './findings.ts';
import { atGrain, beginningOf, type Held } from './held.ts';
import { IdTable } from './id-table.ts';

/** Marks of an id that the warehouse holds: Close brought it, */
const SEEN = 1;
/** in a newer version that is due, */
const STALE = 2;
/** in one that is too new to be; */
const CHANGED = 4;
/** the event log says that it was deleted; */
const DELETED = 8;
/** Close reaches back no further than to where it is older. */
const BEYOND = 16;

/** Marks of an id that Close alone has. */
const DUE = 1;
const UNLESS_NEW = 2;
const RECENT = 4;

/** Of both: it was there when it was looked at again. */
const CONFIRMED = 32;

/** Compares what a warehouse holds with what Close brings, row by row, and keeps what comes of it. */
export interface Ledger {
  /** Takes in rows of Close. @throws UsageError where what is held are ids of something else */
  see(rows: readonly Row[]): void;
  /** Held ids that Close has not brought so far, and that are not older than this. */
  unseen(reach: Instant): number;
  /**
   * Takes in what the event log says; null where it may not be read.
   * @param fromIndex the rows came from an index, which may not have these changes yet
   */
  follow(changes: readonly Change[] | null, fromIndex: boolean): void;
  /** The ids that must be checked again before they are reported. */
  suspects(): Generator<string>;
  /** Takes in suspects as they are now. @returns those that are missing or stale */
  confirm(rows: readonly Row[]): Row[];
  counts(): Counts;
  findings(): Generator<Finding>;
}

/**
 * @param expected what the warehouse is to hold; asked for once rows have come
 * @param names of the file of what is held, and of the stream, for messages
 */
export const createLedger = (
  held: Held,
  expected: () => Expected,
  names: { readonly source: string; readonly stream: string },
): Ledger => {
  const { ids } = held;
  const others = new IdTable();
  const created = new Set<string>();
  /** What the event log names and the index did not bring in that version. */
  const late = new Set<string>();
  let mayFollow = false;
  let isKnownToFit = false;

  /** Where no id is made as those of Close are, the file holds something else. */
  const checkFit = (rows: readonly Row[]): void => {
    if (isKnownToFit || rows.length === 0) return;
    isKnownToFit = true;
    const beginnings = new Set(rows.map(({ id }) => beginningOf(id)));
    if ([...beginnings].some((one) => one === null || held.beginnings.has(one))) return;
    const found = held.beginnings.size === 0 ? '' : `, but with ${[...held.beginnings].join(', ')}`;
    throw new UsageError([
      `${names.source}: none of the ids begins with ${[...beginnings].join(' or ')} as those of ${names.stream} ` +
        `do${found}; ` +
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
    // Without the event log, only what has no dates at all is taken for old.
    return mayFollow || others.version(at) === START;
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
      mayFollow = changes !== null;
      for (const change of changes ?? []) {
        const at = ids.find(change.objectId);
        if (change.created) created.add(change.objectId);
        if (change.deleted && at >= 0 && !ids.has(at, SEEN)) ids.mark(at, DELETED);
        if (change.deleted || !fromIndex) continue;
        const isNews = at < 0 ? others.find(change.objectId) < 0 : change.version > ids.version(at);
        if (isNews) late.add(change.objectId);
      }
    },
    *suspects() {
      for (const at of others.rows(isDue)) yield others.id(at);
      for (const at of ids.rows((row) => isGone(row) || ids.has(row, STALE))) yield ids.id(at);
      for (const id of late) {
        const at = ids.find(id);
        const isOne = at < 0 ? isDue(others.find(id)) : isGone(at) || ids.has(at, STALE);
        if (!isOne) yield id;
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
      const vanished = others.count((at) => isDue(at) && !others.has(at, CONFIRMED));
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
            vanished +
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
