import { defineList } from './define-list.ts';

export const customActivityTypes = defineList({
  name: 'custom_activity_types',
  path: '/custom_activity/',
  limit: null,
  objectType: 'custom_activity_type',
  readInFull: 'a change to a field does not move the date of its type',
});
