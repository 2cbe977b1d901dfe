import type { Collection } from './collection.ts';
import type { Micros } from './moments.ts';
import type { Sizes } from './sizes.ts';
import type { Row, Table } from './table.ts';

export type TableKind = 'lead' | 'contact' | 'opportunity' | 'activity' | 'task' | 'custom_object' | 'event';

export interface Status {
  readonly id: string;
  readonly label: string;
  readonly type: 'active' | 'won' | 'lost';
}

/** All parts of an account, for the code that makes rows, changes them, and answers requests. */
export interface Store {
  readonly seed: number;
  readonly id: string;
  readonly sizes: Sizes;
  readonly started: Micros;
  /** The present of the account. It never gives the same microsecond twice. */
  readonly tick: () => Micros;
  readonly tables: Readonly<Record<TableKind, Table>>;
  readonly collections: ReadonlyMap<string, Collection>;
}

export function collectionOf(store: Store, kind: string): Collection {
  const collection = store.collections.get(kind);
  if (collection === undefined) throw new Error(`the sandbox has no kind of object called ${kind}`);
  return collection;
}

/** The user with this number as `[id, name]`, or nulls if there is none. */
export function userAt(store: Store, position: number): readonly [string | null, string | null] {
  const user = collectionOf(store, 'user').at(position);
  return user === undefined ? [null, null] : [String(user.id), nameOf(user)];
}

export function nameOf(user: Row): string {
  return [user.first_name, user.last_name]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ');
}

export function idOrNull(table: Table, ordinal: number): string | null {
  return ordinal >= 0 && ordinal < table.size ? table.id(ordinal) : null;
}
