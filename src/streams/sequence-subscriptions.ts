import { byParent } from '../close/walks/by-parent.ts';
import { defineStream } from './define-stream.ts';

export const sequenceSubscriptions = defineStream({
  name: 'sequence_subscriptions',
  keyProperties: ['id'],
  objectType: 'sequence_subscription',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'GET /sequence/, /sequence_subscription/',
  cost: '1 per sequence, and 1 per 100 rows',
  walk: byParent({
    parents: { path: '/sequence/', limit: 100 },
    children: (sequence) => ({
      path: '/sequence_subscription/',
      query: { sequence_id: sequence },
      limit: 100,
    }),
  }),
  selectedByDefault: false,
  note: 'Close lists them for one sequence at a time and cannot filter them by date. Those of deleted sequences cannot be read. What last changed before the start date is left out, unless the catalog says FULL_TABLE.',
});
