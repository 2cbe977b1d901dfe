import { byCreated } from '../close/by-created.ts';
import { defineStream } from './define-stream.ts';

/** Without `_type=all` Close lists only the tasks of type `lead`. */
export const tasks = defineStream({
  name: 'tasks',
  keyProperties: ['id'],
  objectType: 'task.',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: byCreated({ path: '/task/', query: { _type: 'all' }, limit: 100 }),
});
