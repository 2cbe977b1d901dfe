import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const customObjectTypes = defineStream({
  name: 'custom_object_types',
  keyProperties: ['id'],
  objectType: 'custom_object_type',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /custom_object_type/',
  cost: '1',
  walk: byList([{ path: '/custom_object_type/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full: a field that changes does not move the date of its type.',
});
