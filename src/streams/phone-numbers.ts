import { defineList, WITHOUT_OLD_ONES } from './define-list.ts';

export const phoneNumbers = defineList({
  name: 'phone_numbers',
  path: '/phone_number/',
  limit: 100,
  key: 'date_updated',
  objectType: 'phone_number',
  note: WITHOUT_OLD_ONES,
});
