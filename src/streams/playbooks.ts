import { defineList } from './define-list.ts';

export const playbooks = defineList({
  name: 'playbooks',
  path: '/playbook/',
  limit: 100,
  needs: 'an account with playbooks',
  note: 'Archived ones are included. Read in full: archiving one does not move its date.',
});
