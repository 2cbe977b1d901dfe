import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const phoneNumbers = defineStream({
  name: 'phone_numbers',
  keyProperties: ['id'],
  objectType: 'phone_number',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: byList([{ path: '/phone_number/', limit: 100 }]),
  selectedByDefault: false,
  note: 'One request per 100 numbers. What last changed before the start date is left out, unless the catalog says FULL_TABLE.',
});
