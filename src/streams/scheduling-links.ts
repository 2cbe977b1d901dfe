import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const schedulingLinks = defineStream({
  name: 'scheduling_links',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /scheduling_link/',
  cost: '1',
  walk: byList([{ path: '/scheduling_link/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full, as they have no dates.',
});
