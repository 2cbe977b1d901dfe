import { SEARCH } from '../close/paging/search-query.ts';
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
  /** Where one object is found by its id. */
  readonly one: string;
  /** The list of all of them, where Close has one. */
  readonly list?: string;
  /** The lists that define their custom fields, besides the shared ones. */
  readonly customFields: string;
  /** What is particular to its columns, besides custom fields. */
  readonly columns?: Columns;
}

/** A table that is read from Close's search index, along the date of change, with its custom fields. */
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
    // That a list takes ids is documented nowhere; single objects are asked for where it does not.
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
