import { defineList } from './define-list.ts';

export const integrationLinks = defineList({
  name: 'integration_links',
  path: '/integration_link/',
  limit: null,
  readInFull: 'not every link has dates',
});
