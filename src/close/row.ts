import type { Instant } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';
import { END } from '../time/span.ts';

/** One object as Close sends it. It has an id. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  value.id !== '';

/** The instant in a field of a row; null if there is none. */
export const instantOf = (row: Row, field: string): Instant | null => {
  const value = row[field];
  return typeof value === 'string' ? parseInstant(value) : null;
};

/** When a row was last changed; END if it has no such date, since it then counts as just changed. */
export const changedAt = (row: Row): Instant => instantOf(row, 'date_updated') ?? END;

/** Ids of rows that were read, each with the version that was read. */
export type Seen = Map<string, string>;

/**
 * Two rows of an object are the same version if their date_updated is the same. Without that date, all versions are the
 * same.
 */
export const versionOf = (row: Row): string => (typeof row.date_updated === 'string' ? row.date_updated : '');

/** The rows that were not seen in this version. */
export const unseen = (rows: readonly Row[], seen: ReadonlyMap<string, string>): Row[] =>
  rows.filter((row) => seen.get(row.id) !== versionOf(row));

export const remember = (seen: Seen, rows: readonly Row[]): void => {
  for (const row of rows) seen.set(row.id, versionOf(row));
};

/** The rows that were not seen in this version. From now on they count as seen. */
export const takeUnseen = (rows: readonly Row[], seen: Seen): Row[] => {
  const fresh = unseen(rows, seen);
  remember(seen, fresh);
  return fresh;
};
