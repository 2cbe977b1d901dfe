import { defineList } from './define-list.ts';

export const pipelines = defineList({
  name: 'pipelines',
  path: '/pipeline/',
  limit: null,
  note: 'Read in full: a change to a status does not move the date of its pipeline.',
});
