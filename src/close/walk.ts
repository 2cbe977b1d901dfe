import type { ApiRequest } from '../http/request.ts';
import type { Instant } from '../time.ts';
import type { Definitions } from './definitions.ts';
import type { Row } from './row.ts';
import type { Span } from './span.ts';

/** What a walk needs of the HTTP client. */
export interface Api {
  fetch<T>(request: ApiRequest, parse: (body: unknown) => T): Promise<T>;
}

/** What a walk has found out that others need: which fields it asks for, where it names any. */
export interface Learned {
  fields: readonly string[] | null;
}

/** What a walk is given besides the range to read. */
export interface WalkContext {
  readonly api: Api;
  readonly definitions: Definitions;
  /** The table, for messages. */
  readonly stream: string;
  /** How many slices to read side by side. */
  readonly parallel: number;
  /** The most rows to ask for at once, where the user has set it. */
  readonly pageSize: number | null;
  /** The most days a request may span, where the user has set it. */
  readonly windowDays: number | null;
  /** Of objects that are listed for one parent at a time: how many parents to look into, or null for all. */
  readonly mostParents: number | null;
  /** How far behind the present a search index may be, in microseconds. */
  readonly indexLag: number;
  /** Top-level columns that are wanted, */
  readonly columns: readonly string[];
  /** and all that the table has: other fields are new. */
  readonly known: readonly string[];
  readonly learned?: Learned;
  /** The present by the server's clock, as far as it is known. */
  readonly now: () => Instant;
  /** The run's start by the earlier of both clocks; valid once an answer has come. */
  readonly startedAt: () => Instant;
  /** Hands rows on, and says which stretches of the range they complete. Resolves when more may come. */
  readonly emit: (rows: readonly Row[], done: readonly Span[]) => Promise<void>;
  /** Says, once per text, what the user should know. */
  readonly warn: (message: string) => void;
  /** Counts rows that could not be emitted, having no id. */
  readonly nameless: (count: number) => void;
}

/** What to read. */
export interface WalkRange {
  /** Objects whose replication key is at or after this. */
  readonly from: Instant;
  /** Stretches of the walk's `along` that an interrupted run has read already, */
  readonly finished: readonly Span[];
  /** and that run's start: what was finished then may have changed since. */
  readonly finishedAt: Instant | null;
}

/** A way through a collection of Close that loses nothing while the collection changes. */
export interface Walk {
  /** The date field along which the walk proceeds and reports what is done; null for whole lists. */
  readonly along: string | null;
  read(range: WalkRange, context: WalkContext): Promise<void>;
}
