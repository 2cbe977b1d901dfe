import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const blockedPhoneNumbers = defineStream({
  name: 'blocked_phone_numbers',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /blocked_phone_number/',
  cost: '1 per 100',
  walk: byList([{ path: '/blocked_phone_number/', limit: 100 }]),
  selectedByDefault: false,
  note: 'Read in full: to unblock a number is to delete it, which shows in no other way.',
});
