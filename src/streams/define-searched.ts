import { SEARCH } from '../close/search.ts';
import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { SECOND } from '../time/instant.ts';
import { customFieldColumns, searchFields } from './custom-field-values.ts';
import { type Columns, defineStream, type StreamDefinition } from './define-stream.ts';

interface SearchedDefinition
  extends Pick<
    StreamDefinition,
    'name' | 'needs' | 'merges' | 'changedThrough' | 'instead' | 'always' | 'selectedByDefault' | 'note'
  > {
  /** What the search and the event log call these objects. */
  readonly objectType: string;
  /** The path of one object, without its id. */
  readonly one: string;
  /** The path of the list of all objects; absent if Close has none. */
  readonly list?: string;
  /** The list that defines their custom fields, in addition to the list of shared fields. */
  readonly customFields: string;
  /** The columns that are special, besides custom fields. */
  readonly columns?: Columns;
}

/** Defines a stream that is read from Close's search index by the date of change, with its custom fields. */
export const defineSearched = (definition: SearchedDefinition): StreamDefinition => {
  const { one, list, customFields: ownFields, columns: own = {}, ...particular } = definition;
  const { objectType } = particular;
  const customFields = [ownFields, 'shared'];
  const paths = { one, ...(list === undefined ? {} : { list }) };
  // One row of the list shows which fields are new.
  const shown = list === undefined ? [] : [{ to: `GET ${list}` }];
  return defineStream({
    ...particular,
    keyProperties: ['id'],
    replication: { method: 'INCREMENTAL', key: 'date_updated' },
    requests: [{ to: SEARCH.name }, { to: SEARCH.name, per: SEARCH.limit, rows: 'changed' }, ...shown],
    walk: bySearch({ objectType, ...paths, customFields, fields: searchFields }),
    fromIndex: true,
    // It is not documented that a list accepts ids. If it does not, the objects are asked for one by one.
    lateChanges: () => paths,
    lookBack: (config) => config.leads_overlap_seconds * SECOND,
    customFields,
    columns: (names) => {
      const { derive, consumed } = customFieldColumns(names);
      return {
        derive: { ...derive, ...own.derive },
        consumed: (path) => consumed(path) || isSearchMark(path) || own.consumed?.(path) === true,
      };
    },
  });
};
