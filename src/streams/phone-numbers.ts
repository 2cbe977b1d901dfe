import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const phoneNumbers = defineStream({
  name: 'phone_numbers',
  keyProperties: ['id'],
  objectType: 'phone_number',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'GET /phone_number/',
  cost: '1 per 100',
  walk: byList([{ path: '/phone_number/', limit: 100 }]),
  selectedByDefault: false,
  note: 'What last changed before the start date is left out, unless the catalog says FULL_TABLE.',
});
