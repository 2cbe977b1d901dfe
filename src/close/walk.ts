import type { Config } from '../config/config.ts';
import type { ApiRequest } from '../http/request.ts';
import type { Instant } from '../time/instant.ts';
import type { Span } from '../time/span.ts';
import type { Definitions } from './definitions.ts';
import type { Row } from './row.ts';

/** The part of the HTTP client that a walk uses. */
export interface Api {
  fetch<T>(request: ApiRequest, parse: (body: unknown) => T): Promise<T>;
}

/** What a walk has found out that others need. */
export interface Learned {
  /** The fields that it asks for; null if it does not name any. */
  fields: readonly string[] | null;
}

/** What a walk is given, in addition to the range to read. */
export interface WalkContext
  extends Pick<Config, 'date_window' | 'leads_overlap_seconds' | 'max_concurrency' | 'page_size'> {
  readonly api: Api;
  readonly definitions: Definitions;
  /** The stream that is read, for messages. Undefined if the reading is for several streams. */
  readonly stream: string | undefined;
  /** For objects that are listed for one parent at a time: how many parents to read, or null for all. */
  readonly mostParents: number | null;
  /** The names of the selected top-level columns. */
  readonly columns: readonly string[];
  /** The names of all columns of the stream. Other fields are new. */
  readonly known: readonly string[];
  readonly learned?: Learned;
  /** The present. If the clocks disagree, it may be too early, but not too late (`tap/clocks.ts`). */
  readonly now: () => Instant;
  /** The present. If the clocks disagree, it may be too late, but not too early. */
  readonly latest: () => Instant;
  /**
   * The run's start. If the clocks disagree, it may be too early, but not too late. It is known once an answer has
   * come.
   */
  readonly startedAt: () => Instant;
  /** Warns the user; each text is shown once. */
  readonly warn: (message: string) => void;
  /**
   * For lists that are read whole: whether the last run saw the row in this version. It also remembers the row for the
   * next run. Absent if nothing is remembered, as in `check`.
   */
  readonly isKnown?: (row: Row) => boolean;
  /** Called with the number of rows that will come, if the server counts them. */
  readonly expects?: (rows: number) => void;
  /** Called with the reason when there may be objects that the walk did not bring. Then none may count as deleted. */
  readonly unconfirmed?: (why: string) => void;
  /** Called with the number of rows that cannot be emitted because they have no id. */
  readonly withoutId: (count: number) => void;
}

/**
 * Writes rows of one list, and notes which spans are done now. It resolves when the rows are written and more may come.
 * Walks have it; readers of slices do not, they yield their rows.
 */
export type Emit = (rows: readonly Row[], done: readonly Span[], list?: WalkList) => Promise<void>;

/** One of the lists of a walk: the main one, or the second one that a few walks have. */
export type WalkList = 'main' | 'also';

/** What to read. */
export interface WalkRange {
  /** Read objects whose replication key is at or after this. */
  readonly from: Instant;
  /** Spans of the walk's `along` that an interrupted run has read already. */
  readonly finished: readonly Span[];
  /** The same for the second list, if there is one. */
  readonly alsoFinished: readonly Span[];
  /** The start of that run: what it finished may have changed since then. */
  readonly finishedAt: Instant | null;
}

/** A way to read a collection of Close that loses nothing while the collection changes. */
export interface Walk {
  /** The date field along which the walk goes. The spans that are done are spans of that date. Null for whole lists. */
  readonly along: string | null;
  /** The walk reads a second list as well, and the spans that are done are noted for each list by itself. */
  readonly also?: true;
  /** The walk begins at the present and goes backwards. So the dates of its rows do not show how much is left. */
  readonly newestFirst?: true;
  read(range: WalkRange, context: WalkContext, emit: Emit): Promise<void>;
}
