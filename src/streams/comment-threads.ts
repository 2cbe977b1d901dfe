import { defineList } from './define-list.ts';

export const commentThreads = defineList({
  name: 'comment_threads',
  path: '/comment_thread/',
  limit: 100,
  objectType: 'comment_thread',
  needs: 'access to all leads',
});
