import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const leadStatuses = defineStream({
  name: 'lead_statuses',
  keyProperties: ['id'],
  objectType: 'status.lead',
  replication: { method: 'FULL_TABLE' },
  walk: byList([{ path: '/status/lead/', limit: null }]),
  selectedByDefault: false,
  note: 'One request a run. Read in full: statuses have no dates.',
});
