import { defineList } from './define-list.ts';

export const blockedPhoneNumbers = defineList({
  name: 'blocked_phone_numbers',
  path: '/blocked_phone_number/',
  limit: 100,
  note: 'Read in full: to unblock a number is to delete it, which shows in no other way.',
});
