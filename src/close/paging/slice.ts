import { ProtocolError } from '../../errors.ts';
import type { Span } from '../../time/span.ts';
import type { Row } from '../row.ts';

/** A stretch of time that is still to be read, and what is known from the pages before it. */
export interface Slice {
  readonly span: Span;
  /** Ids and versions of rows that the next page will bring again. */
  readonly seen: ReadonlyMap<string, string>;
  /** The cursor with which the last page ended. */
  readonly cursor?: string | null;
  /** How many cursors expired since the last new row. */
  readonly expired?: number;
  /** How many pages came since the last new row. */
  readonly idle?: number;
  /** How many rows are left, if the server counts them. */
  readonly expected?: number;
}

/** What is left of a slice when its reader has ended. */
export interface Rest {
  readonly slices: readonly Slice[];
  /** A stretch of the slice that cannot be read. */
  readonly gap?: Gap;
}

/** A stretch that cannot be read, and why. */
export interface Gap {
  readonly span: Span;
  readonly error: UnreadError;
}

/** A stretch has more rows than any request reaches. Everything else of the walk has been read. */
export class UnreadError extends ProtocolError {
  override name = 'UnreadError';
}

/**
 * A reader: it yields rows of a slice, page by page, and returns what is left of the slice. Usually it sends one
 * request. It does not know whether the rows have been written. It must not look at a page again that it has yielded,
 * since the caller empties the page.
 */
export type ReadSlice = (slice: Slice) => AsyncGenerator<Row[], Rest, void>;

export interface SliceOptions {
  /** Which end of a slice is read first. */
  readonly direction: 'ascending' | 'descending';
  /** Rows in a full page. */
  readonly limit: number;
}

export const freshSlice = (span: Span): Slice => ({ span, seen: new Map() });
