import { byCreated } from '../close/walks/by-created.ts';
import { MINUTE } from '../time/instant.ts';
import { defineStream } from './define-stream.ts';
import { TASK_KINDS } from './task-kinds.ts';

/** Without `_type=all`, Close lists only the tasks of type `lead`. */
export const tasks = defineStream({
  name: 'tasks',
  keyProperties: ['id'],
  objectType: 'task.',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  requests: [{ to: 'GET /task/', per: 100, rows: 'changed' }],
  kinds: { field: '_type', known: (kind) => TASK_KINDS.includes(kind) },
  always: [
    '_type',
    'assigned_to',
    'date',
    'date_created',
    'is_complete',
    'lead_id',
    'object_id',
    'object_type',
    'organization_id',
    'view',
  ],
  walk: byCreated({
    path: '/task/',
    query: { _type: 'all' },
    limit: 100,
    largest: 1000,
    partition: TASK_KINDS.map((kind) => ({ query: { _type: kind } })),
  }),
  byIds: [{ list: '/task/', query: { _type: 'all' }, one: '/task/' }],
  unreadByPythonTap: 'tasks of other types than lead',
  // Close dates a change a little before it shows it.
  lookBack: () => MINUTE,
  money: { opportunity_value: 'opportunity_value_currency' },
});
