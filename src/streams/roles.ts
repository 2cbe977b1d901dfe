import { defineList } from './define-list.ts';

export const roles = defineList({
  name: 'roles',
  path: '/role/',
  limit: null,
  needs: 'access to roles',
  readInFull: 'built-in roles have no dates',
});
