import { defineList } from './define-list.ts';

export const users = defineList({
  name: 'users',
  path: '/user/',
  // Almost every account has fewer users, so they come in one answer, and no row can move between pages.
  limit: 1000,
  key: 'date_updated',
  selectedByDefault: true,
});
