import { defineList } from './define-list.ts';

export const forms = defineList({
  name: 'forms',
  path: '/form/',
  limit: 100,
  withArchived: true,
  needs: 'a plan with forms',
  note: 'Archived forms are included.',
});
