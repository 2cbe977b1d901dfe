import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const leadStatuses = defineStream({
  name: 'lead_statuses',
  keyProperties: ['id'],
  objectType: 'status.lead',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /status/lead/',
  cost: '1',
  walk: byList([{ path: '/status/lead/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full: statuses have no dates.',
});
