import { defineList } from './define-list.ts';

export const customObjectTypes = defineList({
  name: 'custom_object_types',
  path: '/custom_object_type/',
  limit: null,
  objectType: 'custom_object_type',
  readInFull: 'a change to a field does not move the date of its type',
});
