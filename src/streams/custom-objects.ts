import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { SECOND } from '../time/instant.ts';
import { customFieldColumns, searchFields } from './custom-field-values.ts';
import { defineStream } from './define-stream.ts';

/** Objects of all types: Close lists them for one lead at a time, and only the search knows them across leads. */
export const customObjects = defineStream({
  name: 'custom_objects',
  keyProperties: ['id'],
  objectType: 'custom_object',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'POST /data/search/',
  cost: '1, and 1 per 200 changed',
  needs: 'a plan with custom objects',
  walk: bySearch({
    objectType: 'custom_object',
    one: '/custom_object/',
    customFields: ['custom_object_type', 'shared'],
    fields: searchFields,
  }),
  fromIndex: true,
  // The list wants a lead.
  lateChanges: () => ({ one: '/custom_object/' }),
  lookBack: (config) => config.leadsOverlapSeconds * SECOND,
  customFields: ['custom_object_type', 'shared'],
  columns: (names) => {
    const { derive, consumed } = customFieldColumns(names);
    return { derive, consumed: (key) => consumed(key) || isSearchMark(key) };
  },
  selectedByDefault: false,
  note: 'Close throttles the search early.',
});
