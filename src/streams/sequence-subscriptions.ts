import { byParent } from '../close/walks/by-parent.ts';
import { WITHOUT_OLD_ONES } from './define-list.ts';
import { defineStream } from './define-stream.ts';
import { sequences } from './sequences.ts';

export const sequenceSubscriptions = defineStream({
  name: 'sequence_subscriptions',
  keyProperties: ['id'],
  objectType: 'sequence_subscription',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  requests: [
    { to: 'GET /sequence/', per: 100, rows: sequences.name },
    { to: 'GET /sequence_subscription/', per: 'sequence' },
    { to: 'GET /sequence_subscription/', per: 100, rows: 'rows' },
  ],
  walk: byParent({
    parents: { path: '/sequence/', limit: 100 },
    children: (sequence) => ({
      path: '/sequence_subscription/',
      query: { sequence_id: sequence },
      limit: 100,
    }),
  }),
  selectedByDefault: false,
  note: `Close lists them for one sequence at a time, and cannot filter them by date. Those of deleted sequences cannot be read. ${WITHOUT_OLD_ONES}`,
});
