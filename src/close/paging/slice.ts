import { ProtocolError } from '../../errors.ts';
import type { Span } from '../../time/span.ts';
import type { Row } from '../row.ts';

/** A stretch of time still to be read, with where its reading stands. */
export interface Slice {
  readonly span: Span;
  /** Ids (and versions) at the edge that the next page will bring again. */
  readonly seen: ReadonlyMap<string, string>;
  /** Continues where the last page ended. */
  readonly cursor?: string | null;
  /** Cursors that expired since the last new row. */
  readonly expired?: number;
  /** Pages since the last new row. */
  readonly idle?: number;
  /** How many rows are left, where the server said. */
  readonly expected?: number;
}

/** What is left of a slice when its reader has ended. */
export interface Rest {
  readonly slices: readonly Slice[];
  /** A stretch of the slice that cannot be read; all the others are. */
  readonly gap?: Gap;
}

export interface Gap {
  readonly span: Span;
  readonly error: UnreadError;
}

/** A stretch holds more rows than any request reaches. Everything else of its walk has been read. */
export class UnreadError extends ProtocolError {
  override name = 'UnreadError';
}

/**
 * Yields the rows of a slice, mostly of one request, and returns what is left of it: that rows were yielded says nothing
 * of their being written. Whoever takes a page empties it, so the reader does not look into it again.
 */
export type ReadSlice = (slice: Slice) => AsyncGenerator<Row[], Rest, void>;

export interface SliceOptions {
  /** Which end of a slice is read first. */
  readonly direction: 'ascending' | 'descending';
  /** Rows in a full page. */
  readonly limit: number;
}

export const freshSlice = (span: Span): Slice => ({ span, seen: new Map() });
