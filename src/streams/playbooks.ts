import { defineList } from './define-list.ts';

export const playbooks = defineList({
  name: 'playbooks',
  path: '/playbook/',
  limit: 100,
  needs: 'an account with playbooks',
  note: 'Archived playbooks are included.',
  readInFull: 'archiving a playbook does not move its date',
});
