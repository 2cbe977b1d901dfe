import { defineList } from './define-list.ts';

export const users = defineList({
  name: 'users',
  path: '/user/',
  // Nearly every account comes in one answer, in which nothing can move.
  limit: 1000,
  key: 'date_updated',
  selectedByDefault: true,
});
