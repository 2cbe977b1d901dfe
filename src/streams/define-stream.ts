import type { ByIdPaths } from '../close/by-ids.ts';
import type { FillIn } from '../close/fill-in.ts';
import type { Walk, WalkContext } from '../close/walk.ts';
import type { Config } from '../config/config.ts';
import type { Requests } from './requests.ts';

export type RowValues = Readonly<Record<string, unknown>>;

/** Names of custom fields. */
export interface FieldNames {
  readonly byId: ReadonlyMap<string, string>;
  /** Told of a value whose field has no definition. */
  readonly onUnknown: (id: string, row: RowValues) => void;
}

/** How rows become records where a column is not simply the field of that name. */
export interface Columns {
  /** A column's value from the row; that of `envelope.date` from the object that holds it. */
  readonly derive?: Readonly<Record<string, (row: RowValues) => unknown>>;
  /** Fields of the row that other columns represent; those of objects inside it by path: `contacts.custom.cf_1`. */
  readonly consumed?: (path: string) => boolean;
  /** Columns whose values another column holds as well: what does not fit in them is no extra. */
  readonly keptElsewhere?: (column: string) => boolean;
  /** Whether a row is about a webhook: of the URLs in it only the origin is emitted. */
  readonly originsOnly?: (row: RowValues) => boolean;
}

/** A table of Close: all that is particular to it, besides its schema. */
export interface StreamDefinition {
  readonly name: string;
  readonly keyProperties: readonly string[];
  readonly replication:
    | { readonly method: 'INCREMENTAL'; readonly key: string }
    | { readonly method: 'FULL_TABLE' };
  /** What a run sends to read it. People are told by it where the rows come from and what they cost. */
  readonly requests: readonly Requests[];
  /** What a run may send besides, for people. */
  readonly costsBesides?: string;
  /** What not every key has, for people. */
  readonly needs?: string;
  readonly walk: Walk;
  /** Microseconds before its bookmark at which a run begins to read again. */
  readonly lookBack?: (config: Config) => number;
  /** The look-back holds for `start_date` too. */
  readonly looksBackFromStart?: true;
  /** Microseconds by which the bookmark stays behind the run's start; without it, it is the newest record's date. */
  readonly margin?: number;
  /** How far back from now the API reaches, in microseconds. */
  readonly reach?: number;
  /** Whose custom fields the rows carry: the lists that define them. */
  readonly customFields?: readonly string[];
  /** Its columns are not fixed: discovery adds what this list has and the table `besides` has not. */
  readonly smartFields?: { readonly list: string; readonly besides: string };
  /** What the event log calls these objects; with a dot at the end, the beginning of it. */
  readonly objectType?: string;
  /** What a deleted object's record holds besides, by what the event log calls it; null where it is none of this table. */
  readonly deleted?: (objectType: string) => RowValues | null;
  /** Its objects may be merged into others, which deletes them. */
  readonly merges?: true;
  /** Where objects are fetched by id that changed and that the walk did not bring, by what the event log calls them. */
  readonly lateChanges?: (objectType: string) => ByIdPaths;
  /** Where objects are looked up by their ids alone, one place after the other, if not where late changes are fetched. */
  readonly byIds?: readonly ByIdPaths[];
  /** Objects of other streams, as the event log calls them, whose changes move the date of the lead that they name. */
  readonly changedThrough?: readonly string[];
  /** Read from the search index, which may be hours behind: what it brings is never the last word. */
  readonly fromIndex?: true;
  /** Columns that cost requests of their own. They are not selected by default, and are filled in when selected. */
  readonly byName?: {
    readonly columns: readonly string[];
    readonly fillIn: (context: WalkContext) => FillIn;
  };
  /** Its rows are the events in which changes of other streams are found. */
  readonly showsChanges?: true;
  /** The field that says what a row is, and the known kinds. Rows of other kinds are emitted too. */
  readonly kinds?: { readonly field: string; readonly known: (kind: string) => boolean };
  /** Fields that Close sends in every row, whatever its kind: the user is told when many rows have one no more. */
  readonly always?: readonly string[];
  /** The same, each with what to do instead. */
  readonly instead?: Readonly<Record<string, string>>;
  /** What of it singer-io's tap, whose states are continued, never reads. */
  readonly unreadByPythonTap?: string;
  readonly columns?: (names: FieldNames) => Columns;
  /** The columns with amounts in minor units, and of each the one with its currency. */
  readonly money?: Readonly<Record<string, string>>;
  /** Expensive streams are read only when asked for. */
  readonly selectedByDefault?: false;
  /** What else a person who selects it should know. */
  readonly note?: string;
}

export const defineStream = (definition: StreamDefinition): StreamDefinition => definition;
