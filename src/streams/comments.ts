import { byParent } from '../close/walks/by-parent.ts';
import { defineStream } from './define-stream.ts';

export const comments = defineStream({
  name: 'comments',
  keyProperties: ['id'],
  objectType: 'comment',
  replication: { method: 'FULL_TABLE' },
  requests: [
    { to: 'GET /comment_thread/', per: 100, rows: 'threads' },
    { to: 'GET /comment/', per: 'thread' },
  ],
  needs: 'access to all leads',
  walk: byParent({
    parents: { path: '/comment_thread/', limit: 100 },
    children: (thread) => ({ path: '/comment/', query: { thread_id: thread }, limit: null }),
  }),
  selectedByDefault: false,
  note: 'Close lists comments for one thread at a time.',
});
