import { defineList } from './define-list.ts';

export const roles = defineList({
  name: 'roles',
  path: '/role/',
  limit: null,
  needs: 'may see roles',
  note: 'Read in full, as built-in roles have no dates.',
});
