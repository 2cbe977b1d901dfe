import { defineList } from './define-list.ts';

export const exports = defineList({
  name: 'exports',
  path: '/export/',
  limit: 100,
  note: 'Without the link to the file. Read in full, as Close says of no date what moves it.',
});
