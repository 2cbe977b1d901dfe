import { defineList } from './define-list.ts';

export const schedulingLinks = defineList({
  name: 'scheduling_links',
  path: '/scheduling_link/',
  limit: null,
  note: 'Read in full: they have no dates.',
});
