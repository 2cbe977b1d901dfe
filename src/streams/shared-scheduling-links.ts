import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const sharedSchedulingLinks = defineStream({
  name: 'shared_scheduling_links',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /shared_scheduling_link/',
  cost: '1',
  walk: byList([{ path: '/shared_scheduling_link/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full, as they have no dates.',
});
