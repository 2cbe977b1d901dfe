import type { Config } from '../config/config.ts';
import type { ApiRequest } from '../http/request.ts';
import type { Instant } from '../time/instant.ts';
import type { Span } from '../time/span.ts';
import type { Definitions } from './definitions.ts';
import type { Row } from './row.ts';

/** What a walk needs of the HTTP client. */
export interface Api {
  fetch<T>(request: ApiRequest, parse: (body: unknown) => T): Promise<T>;
}

/** What a walk has found out that others need: which fields it asks for, where it names any. */
export interface Learned {
  fields: readonly string[] | null;
}

/** What a walk is given besides the range to read. */
export interface WalkContext
  extends Pick<Config, 'date_window' | 'leads_overlap_seconds' | 'max_concurrency' | 'page_size'> {
  readonly api: Api;
  readonly definitions: Definitions;
  /** The table, for messages. */
  readonly stream: string;
  /** Of objects that are listed for one parent at a time: how many parents to look into, or null for all. */
  readonly mostParents: number | null;
  /** The top-level columns that are wanted. */
  readonly columns: readonly string[];
  /** All columns that the table has: other fields are new. */
  readonly known: readonly string[];
  readonly learned?: Learned;
  /** The present, no later than it is; clocks may disagree. */
  readonly now: () => Instant;
  /** The present, no earlier than it is, as far as can be known. */
  readonly latest: () => Instant;
  /** The run's start, no later than it was; valid once an answer has come. */
  readonly startedAt: () => Instant;
  /** Says, once per text, what the user should know. */
  readonly warn: (message: string) => void;
  /**
   * Of a list that is read whole: whether the last run saw the row in this version. The next run will know it, too.
   * Absent where nothing is remembered, as in a trial.
   */
  readonly isKnown?: (row: Row) => boolean;
  /** Called with the number of rows to expect, if the server counts them. */
  readonly expects?: (rows: number) => void;
  /** Counts rows that could not be emitted because they have no id. */
  readonly withoutId: (count: number) => void;
}

/**
 * Hands rows on, and says which stretches of the range they complete, of which list. Resolves when the rows are written and
 * more may come. A walk gives it to what reads slices or objects by id; a reader of one slice has none and yields rows.
 */
export type Emit = (rows: readonly Row[], done: readonly Span[], list?: WalkList) => Promise<void>;

/** The list whose stretches are spoken of, where a walk goes through two. */
export type WalkList = 'main' | 'also';

/** What to read. */
export interface WalkRange {
  /** Objects whose replication key is at or after this. */
  readonly from: Instant;
  /** Stretches of the walk's `along` that an interrupted run has read already, */
  readonly finished: readonly Span[];
  /** the same of the second list, where there is one, */
  readonly alsoFinished: readonly Span[];
  /** and that run's start: what was finished then may have changed since. */
  readonly finishedAt: Instant | null;
}

/** A way through a collection of Close that loses nothing while the collection changes. */
export interface Walk {
  /** The date field along which the walk proceeds and reports what is done; null for whole lists. */
  readonly along: string | null;
  /** It goes through a second list as well, and reports the stretches of each by itself. */
  readonly also?: true;
  /** It begins at the present and goes backwards, so that the dates it has reached say nothing of what is left. */
  readonly newestFirst?: true;
  read(range: WalkRange, context: WalkContext, emit: Emit): Promise<void>;
}
