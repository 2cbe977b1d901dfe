import { defineList } from './define-list.ts';

export const exports = defineList({
  name: 'exports',
  path: '/export/',
  limit: 100,
  note: 'The link to the file is left out.',
  readInFull: 'Close does not say which changes move their dates',
});
