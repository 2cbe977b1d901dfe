import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const opportunityStatuses = defineStream({
  name: 'opportunity_statuses',
  keyProperties: ['id'],
  objectType: 'status.opportunity',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /status/opportunity/',
  cost: '1',
  walk: byList([{ path: '/status/opportunity/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full: statuses have no dates.',
});
