import { instantOf, type Row } from '../close/row.ts';
import { START } from '../time/span.ts';
import { type Dueness, dueOf, type Expected } from './due.ts';
import { IdTable } from './id-table.ts';

// Marks of an id.
/** The warehouse should hold the row. */
const DUE = 1;
/** The warehouse should hold the row, unless the event log says that it is new. */
const UNLESS_NEW = 2;
/** Close sent the row again when it was read a second time. */
const CONFIRMED = 4;

const MARKS: Readonly<Record<Exclude<Dueness, 'old'>, number>> = {
  due: DUE,
  'unless new': UNLESS_NEW,
  recent: 0,
};

/** The ids that only Close has: the warehouse does not hold them. */
export interface OtherIds {
  has(id: string): boolean;
  /** Takes a row whose id is not held. */
  see(row: Row): void;
  /** Takes the ids that the event log says were created. */
  noteCreated(ids: ReadonlySet<string>): void;
  /** Whether the warehouse should hold the id. Then it must be checked again before it is reported. */
  isSuspect(id: string): boolean;
  suspects(): Generator<string>;
  /** Notes that a second reading brought the row. @returns whether the warehouse misses it */
  confirm(id: string): boolean;
  missing(): Generator<string>;
  counts(): OtherCounts;
}

export interface OtherCounts {
  readonly others: number;
  readonly missing: number;
  /** Rows that were created so recently that the warehouse need not have them. */
  readonly created: number;
  /** Rows that were there in the first reading and not in the second. */
  readonly deleted: number;
}

/** @param expected what the warehouse should hold; called only after rows have come */
export const createOtherIds = (expected: () => Expected): OtherIds => {
  const ids = new IdTable();
  /** The ids that the event log says were created; null without the event log. */
  let created: ReadonlySet<string> | null = null;

  const isDue = (at: number): boolean => {
    if (ids.has(at, DUE)) return true;
    if (!ids.has(at, UNLESS_NEW)) return false;
    // Without the event log, only a row that has no dates at all counts as old.
    return created === null ? ids.version(at) === START : !created.has(ids.id(at));
  };
  const isMissing = (at: number): boolean => isDue(at) && ids.has(at, CONFIRMED);

  function* idsThat(picks: (at: number) => boolean): Generator<string> {
    for (const at of ids.rows(picks)) yield ids.id(at);
  }
  return {
    has: (id) => ids.find(id) >= 0,
    see: (row) => {
      const due = dueOf(row, expected());
      if (due === 'old') return;
      const at = ids.add(row.id);
      ids.mark(at, MARKS[due]);
      ids.setVersion(at, instantOf(row, 'date_updated') ?? instantOf(row, 'date_created') ?? START);
    },
    noteCreated: (known) => {
      created = known;
    },
    isSuspect: (id) => isDue(ids.find(id)),
    suspects: () => idsThat(isDue),
    confirm: (id) => {
      const at = ids.find(id);
      if (at < 0) return false;
      ids.mark(at, CONFIRMED);
      return isMissing(at);
    },
    missing: () => idsThat(isMissing),
    counts: () => ({
      others: ids.size,
      missing: ids.count(isMissing),
      created: ids.count((at) => !isDue(at)),
      deleted: ids.count((at) => isDue(at) && !ids.has(at, CONFIRMED)),
    }),
  };
};
