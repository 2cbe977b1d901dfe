import { defineList, WITHOUT_OLD_ONES } from './define-list.ts';

export const outcomes = defineList({
  name: 'outcomes',
  path: '/outcome/',
  limit: 100,
  key: 'date_updated',
  note: WITHOUT_OLD_ONES,
});
