import { defineList } from './define-list.ts';

export const sharedSchedulingLinks = defineList({
  name: 'shared_scheduling_links',
  path: '/shared_scheduling_link/',
  limit: null,
  readInFull: 'they have no dates',
});
