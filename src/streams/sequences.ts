import { defineList } from './define-list.ts';

export const sequences = defineList({
  name: 'sequences',
  path: '/sequence/',
  limit: 100,
  objectType: 'sequence',
  note: 'Read in full: a step that changes does not move the date of its sequence.',
});
