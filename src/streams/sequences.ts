import { defineList } from './define-list.ts';

export const sequences = defineList({
  name: 'sequences',
  path: '/sequence/',
  limit: 100,
  objectType: 'sequence',
  readInFull: 'a change to a step does not move the date of its sequence',
});
