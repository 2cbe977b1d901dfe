import type { ListOptions } from '../close/paging/list-pages.ts';
import { byList } from '../close/walks/by-list.ts';
import { withoutRepeats } from '../close/walks/without-repeats.ts';
import { defineStream, type StreamDefinition } from './define-stream.ts';

export interface ListDefinition
  extends ListOptions,
    Pick<StreamDefinition, 'name' | 'objectType' | 'needs' | 'columns' | 'note' | 'readInFull'> {
  /** The replication key. Without it, every row is emitted every time. */
  readonly key?: 'date_updated';
  /** Asks for archived objects too. Close does not say whether the list without a filter includes them. */
  readonly withArchived?: true;
  readonly selectedByDefault?: true;
}

/** The note of a list that is read whole, but whose rows are emitted by their date. */
export const WITHOUT_OLD_ONES =
  'Rows that last changed before the start date are left out, unless the catalog says FULL_TABLE.';

/** Defines a stream that is one whole list of Close. */
export const defineList = (definition: ListDefinition): StreamDefinition => {
  const { path, query, limit, idField, key, withArchived, selectedByDefault, ...particular } = definition;
  const list: ListOptions = { path, limit, ...(query && { query }), ...(idField && { idField }) };
  const archived: ListOptions = { ...list, query: { ...query, is_archived: 'true' } };
  return defineStream({
    ...particular,
    keyProperties: ['id'],
    replication: key === undefined ? { method: 'FULL_TABLE' } : { method: 'INCREMENTAL', key },
    requests: [
      {
        to: `GET ${path}`,
        ...(withArchived ? { count: 2 } : {}),
        ...(limit === null ? {} : { per: limit }),
      },
    ],
    walk: withArchived ? withoutRepeats(byList([list, archived])) : byList([list]),
    ...(selectedByDefault ? {} : { selectedByDefault: false }),
  });
};
