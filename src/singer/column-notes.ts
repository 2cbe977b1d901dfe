import { z } from 'zod';
import { digestOf, digestsSchema } from './digests.ts';

/**
 * The number of base64 digits that stand for a column: 24 bits. Among 300 columns, the chance that a new column is
 * mistaken for a known one is 1 in 50,000. In that case the new column is not reported.
 */
const DIGITS = 4;

/** What the state holds about a stream's columns. */
export interface ColumnNotes {
  /** The columns that the rows up to the bookmark have, as digests; null when the state does not say. */
  readonly seen: ReadonlySet<string> | null;
  /** The type of each column that only the account defines, as a word, by the short name of the column. */
  readonly types: Readonly<Record<string, string>>;
}

/** Stands in place of a type: Close no longer has the field, and this was reported. */
export const GONE = 'gone';

/** Reads the notes. A value of any other form counts as no note. */
export const columnNotesSchema = z.object({
  seen: digestsSchema(DIGITS),
  types: z.record(z.string(), z.string()).catch({}),
}) satisfies z.ZodType<ColumnNotes>;

/** The notes as a bookmark holds them; `undefined` when there is nothing to keep. */
export const writeColumnNotes = ({ seen, types }: ColumnNotes): object | undefined => {
  const names = Object.keys(types).sort();
  if (seen === null && names.length === 0) return undefined;
  return {
    ...(seen === null ? {} : { seen: [...seen].sort().join('') }),
    ...(names.length === 0 ? {} : { types: Object.fromEntries(names.map((name) => [name, types[name]])) }),
  };
};

/** The digits that stand for a column. @param path names with dots between them */
export const columnDigest = (path: string): string => digestOf(path, DIGITS);
