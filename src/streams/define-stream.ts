import type { ByIdPaths } from '../close/by-ids.ts';
import type { FillIn } from '../close/fill-in.ts';
import type { Walk, WalkContext } from '../close/walk.ts';
import type { Config } from '../config/config.ts';
import type { Requests } from './requests.ts';

export type RowValues = Readonly<Record<string, unknown>>;

/** Names of custom fields. */
export interface FieldNames {
  readonly byId: ReadonlyMap<string, string>;
  /** Called with a value whose field has no definition. */
  readonly onUnknown: (id: string, row: RowValues) => void;
}

/** How a row becomes a record, for columns that are not simply the field of the same name. */
export interface Columns {
  /**
   * Gives the value of a column from the row. For `envelope.date`, the object `envelope` is passed instead of the row.
   */
  readonly derive?: Readonly<Record<string, (row: RowValues) => unknown>>;
  /**
   * Whether other columns have the value of this field. The path of a field inside an object is `contacts.custom.cf_1`.
   */
  readonly consumed?: (path: string) => boolean;
  /** Whether another column has the value of this one too. Then a value that does not fit need not go to `_extra`. */
  readonly keptElsewhere?: (column: string) => boolean;
  /** Whether a row is about a webhook. Then only the origin of each URL in it is emitted. */
  readonly originsOnly?: (row: RowValues) => boolean;
}

/** Everything that is special about a stream, except its schema. */
export interface StreamDefinition {
  readonly name: string;
  readonly keyProperties: readonly string[];
  readonly replication:
    | { readonly method: 'INCREMENTAL'; readonly key: string }
    | { readonly method: 'FULL_TABLE' };
  /** The requests that a run sends to read the stream. The texts about source and cost are made from them. */
  readonly requests: readonly Requests[];
  /** Other requests that a run may send for the stream, as text for people. */
  readonly costsBesides?: string;
  /** A right that not every key has, as text for people. */
  readonly needs?: string;
  readonly walk: Walk;
  /** How far before its bookmark a run begins to read again, in microseconds. */
  readonly lookBack?: (config: Config) => number;
  /** A first run looks back from `start_date` too. */
  readonly looksBackFromStart?: true;
  /**
   * How far the bookmark stays behind the run's start, in microseconds. Without it, the bookmark is the newest date.
   */
  readonly margin?: number;
  /** How far back from now Close shows rows, in microseconds. */
  readonly reach?: number;
  /** The lists that define the custom fields of the rows. */
  readonly customFields?: readonly string[];
  /**
   * The columns differ from account to account. Discovery adds the fields of this list that the stream `besides` lacks.
   */
  readonly smartFields?: { readonly list: string; readonly besides: string };
  /** The event log's name for these objects. If it ends with a dot, it is the beginning of several names. */
  readonly objectType?: string;
  /**
   * Other fields of the record of a deleted object, by the event log's name; null if the object is not of this stream.
   */
  readonly deleted?: (objectType: string) => RowValues | null;
  /** The objects may be merged into others, which deletes them. */
  readonly merges?: true;
  /** Where to fetch, by id, objects that the walk missed. Takes the event log's name of their type. */
  readonly lateChanges?: (objectType: string) => ByIdPaths;
  /** Where `verify` finds objects by their ids, one place after the other; by default the place for late changes. */
  readonly byIds?: readonly ByIdPaths[];
  /** The event log's names of other objects whose changes move the date of their lead. */
  readonly changedThrough?: readonly string[];
  /** The stream is read from a search index that may be hours late, so its rows may not be the newest versions. */
  readonly fromIndex?: true;
  /**
   * Columns that take requests of their own. They are not selected by default, and are filled in if they are selected.
   */
  readonly byName?: {
    readonly columns: readonly string[];
    readonly fillIn: (context: WalkContext) => FillIn;
  };
  /** The rows are events, which show the changes of other streams. */
  readonly showsChanges?: true;
  /** The field that says which kind a row is, and the kinds that are known. Rows of other kinds are emitted too. */
  readonly kinds?: { readonly field: string; readonly known: (kind: string) => boolean };
  /** Fields that Close sends in every row of every kind. There is a warning if many rows lack one of them. */
  readonly always?: readonly string[];
  /** Further fields that Close always sends today but may drop, each with the advice to give when they are gone. */
  readonly instead?: Readonly<Record<string, string>>;
  /** The part of the stream that singer-io's Python tap never reads. This tap continues that tap's states. */
  readonly unreadByPythonTap?: string;
  readonly columns?: (names: FieldNames) => Columns;
  /** The columns with amounts in minor units, and for each the column with its currency. */
  readonly money?: Readonly<Record<string, string>>;
  /** The stream is read only if the user selects it. */
  readonly selectedByDefault?: false;
  /** What else people should know before they select the stream. */
  readonly note?: string;
  /** Why every run reads all of it, as a clause: `they have no dates`. */
  readonly readInFull?: string;
}

export const defineStream = (definition: StreamDefinition): StreamDefinition => definition;
