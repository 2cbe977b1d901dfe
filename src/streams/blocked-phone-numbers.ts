import { defineList } from './define-list.ts';

export const blockedPhoneNumbers = defineList({
  name: 'blocked_phone_numbers',
  path: '/blocked_phone_number/',
  limit: 100,
  readInFull: 'a number that is unblocked is deleted, and only the full list shows that',
});
