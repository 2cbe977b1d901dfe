import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const users = defineStream({
  name: 'users',
  keyProperties: ['id'],
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'GET /user/',
  cost: '1 per 100',
  // Nearly every account comes in one answer, in which nothing can move.
  walk: byList([{ path: '/user/', limit: 1000 }]),
});
