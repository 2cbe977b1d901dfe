import { defineSearched } from './define-searched.ts';

export const contacts = defineSearched({
  name: 'contacts',
  objectType: 'contact',
  list: '/contact/',
  one: '/contact/',
  customFields: 'contact',
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
  selectedByDefault: false,
  note: 'Close allows few searches per second.',
});
