import { z } from 'zod';
import type { Instant } from '../time/instant.ts';
import { formatInstant, parseInstant } from '../time/rfc3339.ts';
import { type ColumnNotes, columnNotesSchema, writeColumnNotes } from './column-notes.ts';
import { digestsSchema } from './digests.ts';
import { type Resume, resumeSchema, writeResume } from './resume.ts';

/** What a state holds for one stream: its replication key, the tap's notes, and other values, which pass unchanged. */
export type Bookmark = Readonly<Record<string, unknown>>;

/** A bookmark that is read as a date. */
export interface KnownBookmark {
  readonly stream: string;
  readonly key: string;
  /** The part of the stream that singer-io's Python tap for Close never reads. This tap continues that tap's states. */
  readonly unreadByPythonTap?: string;
  /** The bookmark follows the clock of the run, not its records. It moves even when nothing new was read. */
  readonly followsClock?: true;
}

/** What the tap notes beside a replication key. A note is null when there is none, or when it cannot be understood. */
export interface Notes {
  /** The moment since which the event log is followed. */
  readonly changes_since: Instant | null;
  /** The columns that the rows up to the bookmark have. */
  readonly columns: ColumnNotes | null;
  /** When two days of a stream that is read by searches were last read again. */
  readonly last_wide_read: Instant | null;
  /** The bookmark of a new read of the whole stream, until that read is done. */
  readonly refill: Bookmark | null;
  /** What an interrupted run has finished. */
  readonly resume: Resume | null;
  /** What stands for the rows of a list that is read whole. */
  readonly rows_seen: ReadonlySet<string> | null;
}

/**
 * The number of base64 digits that stand for a row: 48 bits. Among 10,000 rows, the chance that a new row is mistaken
 * for a known one is 1 in 28,000,000,000. Even then it is lost only if its date is old, too.
 */
export const ROW_DIGITS = 8;

const moment = z.string().transform(parseInstant).catch(null);

const notesSchema = z.object({
  changes_since: moment,
  columns: columnNotesSchema.nullable().catch(null),
  last_wide_read: moment,
  refill: z.record(z.string(), z.unknown()).nullable().catch(null),
  resume: resumeSchema.nullable().catch(null),
  rows_seen: digestsSchema(ROW_DIGITS),
});

export const readNotes = (bookmark: Bookmark): Notes => notesSchema.parse(bookmark);

const written = <Note>(note: Note | null, write: (note: Note) => unknown): unknown =>
  note === null ? undefined : write(note);

/** The notes as a bookmark holds them. A note that is null becomes `undefined`, so that it is taken out. */
export const writeNotes = ({
  changes_since,
  columns,
  last_wide_read,
  refill,
  resume,
  rows_seen,
}: Partial<Notes>): Bookmark => ({
  ...(changes_since !== undefined && { changes_since: written(changes_since, formatInstant) }),
  ...(columns !== undefined && { columns: written(columns, writeColumnNotes) }),
  ...(last_wide_read !== undefined && { last_wide_read: written(last_wide_read, formatInstant) }),
  ...(refill !== undefined && { refill: written(refill, (bookmark) => bookmark) }),
  ...(resume !== undefined && { resume: written(resume, writeResume) }),
  ...(rows_seen !== undefined && { rows_seen: written(rows_seen, (rows) => [...rows].sort().join('')) }),
});

/**
 * Notes that hold the moment at which a run looked, or that exist only during a run. They change even when the run
 * finds nothing. A run that is cut off early may leave them without a replication key.
 */
const PASSING: ReadonlySet<string> = new Set<keyof Notes>([
  'changes_since',
  'columns',
  'last_wide_read',
  'refill',
  'resume',
]);
/** Notes that are of no use to a person. */
const HIDDEN: ReadonlySet<string> = new Set<keyof Notes>(['columns', 'refill', 'resume', 'rows_seen']);
/** Notes that are made before the first row is read. */
const EARLY: ReadonlySet<string> = new Set<keyof Notes>(['changes_since', 'columns']);

export const isPassing = (key: string): boolean => PASSING.has(key);
export const isHidden = (key: string): boolean => HIDDEN.has(key);
export const isNote = (key: string): boolean => isPassing(key) || isHidden(key);

/** Whether rows of the stream have been read. The early notes do not count, as they are made before the first row. */
export const hasBeenRead = (bookmark: Bookmark): boolean =>
  Object.keys(bookmark).some((key) => !EARLY.has(key));

/** A date in a bookmark; null for anything else. */
export const instantIn = (bookmark: Bookmark, key: string): Instant | null => {
  const value = bookmark[key];
  return typeof value === 'string' ? parseInstant(value) : null;
};
