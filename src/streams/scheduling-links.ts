import { defineList } from './define-list.ts';

export const schedulingLinks = defineList({
  name: 'scheduling_links',
  path: '/scheduling_link/',
  limit: null,
  readInFull: 'they have no dates',
});
