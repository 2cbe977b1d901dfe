import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const customActivityTypes = defineStream({
  name: 'custom_activity_types',
  keyProperties: ['id'],
  objectType: 'custom_activity_type',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /custom_activity/',
  cost: '1',
  walk: byList([{ path: '/custom_activity/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full: a field that changes does not move the date of its type.',
});
