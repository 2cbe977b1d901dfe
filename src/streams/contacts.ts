import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { SECOND } from '../time/instant.ts';
import { customFieldColumns, searchFields } from './custom-field-values.ts';
import { defineStream } from './define-stream.ts';

export const contacts = defineStream({
  name: 'contacts',
  keyProperties: ['id'],
  objectType: 'contact',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'POST /data/search/',
  cost: '2, and 1 per 200 changed',
  walk: bySearch({
    objectType: 'contact',
    list: '/contact/',
    one: '/contact/',
    customFields: ['contact', 'shared'],
    fields: searchFields,
  }),
  fromIndex: true,
  // Whether the list takes ids is documented nowhere; it is tried, and single contacts are asked for if it does not.
  lateChanges: () => ({ list: '/contact/', one: '/contact/' }),
  lookBack: (config) => config.leadsOverlapSeconds * SECOND,
  customFields: ['contact', 'shared'],
  always: [
    'created_by',
    'date_created',
    'display_name',
    'emails',
    'name',
    'organization_id',
    'phones',
    'title',
    'updated_by',
  ],
  columns: (names) => {
    const { derive, consumed } = customFieldColumns(names);
    return { derive, consumed: (key) => consumed(key) || isSearchMark(key) };
  },
  selectedByDefault: false,
  note: 'Close throttles the search early.',
});
