import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { SECOND } from '../time/instant.ts';
import { customFieldColumns, searchFields } from './custom-field-values.ts';
import { defineStream } from './define-stream.ts';

export const leads = defineStream({
  name: 'leads',
  keyProperties: ['id'],
  objectType: 'lead',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'POST /data/search/',
  cost: '2, and 1 per 200 changed',
  walk: bySearch({
    objectType: 'lead',
    list: '/lead/',
    one: '/lead/',
    customFields: ['lead', 'shared'],
    fields: searchFields,
  }),
  fromIndex: true,
  // Undocumented, and honoured for a hundred ids.
  lateChanges: () => ({ list: '/lead/', one: '/lead/' }),
  // Those of which Close says so, and custom objects. If others do it too, the two days that are read again once a day
  // bring the lead.
  changedThrough: ['activity.', 'contact', 'custom_object', 'opportunity', 'task.'],
  lookBack: (config) => config.leadsOverlapSeconds * SECOND,
  customFields: ['lead', 'shared'],
  // Close's own contract marks the first two as deprecated.
  instead: {
    contacts: 'select the stream contacts',
    opportunities: 'select the stream opportunities',
    tasks: 'select the stream tasks',
  },
  always: [
    'addresses',
    'created_by',
    'date_created',
    'description',
    'display_name',
    'html_url',
    'name',
    'organization_id',
    'status_id',
    'status_label',
    'updated_by',
    'url',
  ],
  columns: (names) => {
    const { derive, consumed } = customFieldColumns(names);
    return {
      derive: { ...derive, 'contacts.urls.value': (url) => url.value ?? url.url },
      consumed: (key) => consumed(key) || isSearchMark(key),
    };
  },
});
