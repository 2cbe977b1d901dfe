import { embeddedValues } from './custom-field-values.ts';
import { defineSearched } from './define-searched.ts';

export const leads = defineSearched({
  name: 'leads',
  objectType: 'lead',
  merges: true,
  list: '/lead/',
  one: '/lead/',
  customFields: 'lead',
  // Those of which Close says so, and custom objects. If others do it too, the two days that are read again once a day
  // bring the lead.
  changedThrough: ['activity.', 'contact', 'custom_object', 'opportunity', 'task.'],
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
  columns: {
    derive: {
      'contacts.custom_fields': embeddedValues,
      'contacts.urls.value': (url) => url.value ?? url.url,
      'opportunities.custom_fields': embeddedValues,
    },
    consumed: (path) => /^(?:contacts|opportunities)\.custom\./.test(path),
  },
});
