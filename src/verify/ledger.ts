import type { Change } from '../close/changes.ts';
import type { Row } from '../close/row.ts';
import { UsageError } from '../errors.ts';
import type { Instant } from '../time/instant.ts';
import type { Expected } from './due.ts';
import type { Counts, Finding } from './findings.ts';
import { beginningOf, type Held } from './held.ts';
import { createHeldIds } from './held-ids.ts';
import { createOtherIds } from './other-ids.ts';

/** Compares what a warehouse holds with the rows that Close sends, and keeps the results. */
export interface Ledger {
  /** Takes rows of Close. @throws UsageError if the warehouse's ids are not ids of this stream */
  see(rows: readonly Row[]): void;
  /** Notes that Close shows no rows with an older version. The ids of such rows cannot be compared. */
  noteReach(reach: Instant): void;
  /** How many ids the warehouse holds that Close should have and has not sent so far. */
  unseen(): number;
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

/** The names of the file of ids and of the stream, for messages. */
interface Names {
  readonly source: string;
  readonly stream: string;
}

/** If no id that is held begins like the ids of Close, the file holds something else. @throws UsageError */
const checkFit = (rows: readonly Row[], held: ReadonlySet<string>, { source, stream }: Names): void => {
  const beginnings = new Set(rows.map(({ id }) => beginningOf(id)));
  if ([...beginnings].some((one) => one === null || held.has(one))) return;
  const found = held.size === 0 ? '' : `, but with ${[...held].join(', ')}`;
  throw new UsageError([
    `${source}: no id begins with ${[...beginnings].join(' or ')} as the ids of ${stream} do${found}; ` +
      'is it the right stream, and the right column?',
  ]);
};

/** @param expected what the warehouse should hold; called only after rows have come */
export const createLedger = (held: Held, expected: () => Expected, names: Names): Ledger => {
  const ours = createHeldIds(held, () => expected().until);
  const others = createOtherIds(expected);
  /** The ids of changes that the event log names, and that the search index did not have yet. */
  const late = new Set<string>();
  let isKnownToFit = false;

  const seeOne = (row: Row): void => (ours.has(row.id) ? ours.see(row) : others.see(row));
  const confirmOne = (row: Row): boolean => {
    seeOne(row);
    return ours.has(row.id) ? ours.confirm(row.id) : others.confirm(row.id);
  };
  const isKnown = (change: Change): boolean =>
    ours.has(change.objectId) ? ours.holdsVersionOf(change) : others.has(change.objectId);

  return {
    see: (rows) => {
      if (!isKnownToFit && rows.length > 0) checkFit(rows, held.beginnings, names);
      isKnownToFit ||= rows.length > 0;
      for (const row of rows) seeOne(row);
    },
    noteReach: ours.noteReach,
    unseen: ours.unseen,
    follow: (changes, fromIndex) => {
      if (changes === null) return;
      others.noteCreated(new Set(changes.filter(({ created }) => created).map(({ objectId }) => objectId)));
      for (const change of changes) {
        if (change.deleted) ours.noteDeleted(change.objectId);
        else if (fromIndex && !isKnown(change)) late.add(change.objectId);
      }
    },
    *suspects() {
      yield* others.suspects();
      yield* ours.suspects();
      for (const id of late) {
        const isYielded = ours.has(id) ? ours.isSuspect(id) : others.isSuspect(id);
        if (!isYielded) yield id;
      }
    },
    confirm: (rows) => rows.filter(confirmOne),
    counts: () => {
      const { held, seen, stale, gone, beyond, ...recent } = ours.counts();
      const { others: added, missing, created, deleted } = others.counts();
      return {
        held,
        close: seen + added,
        missing,
        stale,
        gone,
        recent: { created, changed: recent.changed, deleted: recent.deleted + deleted },
        beyond,
      };
    },
    *findings() {
      for (const id of others.missing()) yield { what: 'missing', id };
      for (const id of ours.stale()) yield { what: 'stale', id };
      for (const id of ours.gone()) yield { what: 'gone', id };
    },
  };
};
