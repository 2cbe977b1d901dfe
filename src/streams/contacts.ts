import { bySearch, isSearchMark } from '../close/by-search.ts';
import { SECOND } from '../time.ts';
import { customFieldColumns, searchFields } from './custom-field-values.ts';
import { defineStream } from './define-stream.ts';

export const contacts = defineStream({
  name: 'contacts',
  keyProperties: ['id'],
  objectType: 'contact',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: bySearch({ objectType: 'contact', list: '/contact/', fields: searchFields }),
  lookBack: (config) => config.leadsOverlapSeconds * SECOND,
  customFields: ['contact', 'shared'],
  columns: (names) => {
    const { derive, consumed } = customFieldColumns(names);
    return { derive, consumed: (key) => consumed(key) || isSearchMark(key) };
  },
  selectedByDefault: false,
  note: 'One request per 200 contacts that changed, of the search, which Close throttles early.',
});
