import { defineList } from './define-list.ts';

export const integrationLinks = defineList({
  name: 'integration_links',
  path: '/integration_link/',
  limit: null,
  note: 'Read in full: not every link has dates.',
});
