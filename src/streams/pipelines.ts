import { defineList } from './define-list.ts';

export const pipelines = defineList({
  name: 'pipelines',
  path: '/pipeline/',
  limit: null,
  note: 'Read in full: a status that changes does not move the date of its pipeline.',
});
