import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const opportunityStatuses = defineStream({
  name: 'opportunity_statuses',
  keyProperties: ['id'],
  objectType: 'status.opportunity',
  replication: { method: 'FULL_TABLE' },
  walk: byList([{ path: '/status/opportunity/', limit: null }]),
  selectedByDefault: false,
  note: 'One request a run. Read in full: statuses have no dates.',
});
