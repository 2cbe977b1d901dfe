import { byParent } from '../close/by-parent.ts';
import { defineStream } from './define-stream.ts';

export const comments = defineStream({
  name: 'comments',
  keyProperties: ['id'],
  objectType: 'comment',
  replication: { method: 'FULL_TABLE' },
  walk: byParent({
    parents: { path: '/comment_thread/', limit: 100 },
    children: (thread) => ({ path: '/comment/', query: { thread_id: thread }, limit: null }),
  }),
  selectedByDefault: false,
  note: 'One request per thread, every run: Close lists comments for one thread at a time. Needs a key that sees all leads; read in full.',
});
