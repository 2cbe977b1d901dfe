import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const commentThreads = defineStream({
  name: 'comment_threads',
  keyProperties: ['id'],
  objectType: 'comment_thread',
  replication: { method: 'FULL_TABLE' },
  walk: byList([{ path: '/comment_thread/', limit: 100 }]),
  selectedByDefault: false,
  note: 'One request per 100 threads, every run. Needs a key that sees all leads; read in full.',
});
