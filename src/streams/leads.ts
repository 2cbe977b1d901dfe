import { embeddedValues } from './custom-field-values.ts';
import { defineSearched } from './define-searched.ts';

export const leads = defineSearched({
  name: 'leads',
  objectType: 'lead',
  merges: true,
  list: '/lead/',
  one: '/lead/',
  customFields: 'lead',
  // Close documents this for all of these except custom objects. If it is true of other objects too, the lead is found when
  // two days are read again, once a day.
  changedThrough: ['activity.', 'contact', 'custom_object', 'opportunity', 'task.'],
  // Close's API description marks the first two as deprecated.
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
