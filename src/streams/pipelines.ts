import { defineList } from './define-list.ts';

export const pipelines = defineList({
  name: 'pipelines',
  path: '/pipeline/',
  limit: null,
  readInFull: 'a change to a status does not move the date of its pipeline',
});
