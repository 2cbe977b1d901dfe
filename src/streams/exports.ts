import { defineList } from './define-list.ts';

export const exports = defineList({
  name: 'exports',
  path: '/export/',
  limit: 100,
  note: 'The link to the file is left out. Read in full: Close does not say which changes move their dates.',
});
