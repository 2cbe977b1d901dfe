import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const commentThreads = defineStream({
  name: 'comment_threads',
  keyProperties: ['id'],
  objectType: 'comment_thread',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /comment_thread/',
  cost: '1 per 100',
  needs: 'sees all leads',
  walk: byList([{ path: '/comment_thread/', limit: 100 }]),
  selectedByDefault: false,
});
