import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const playbooks = defineStream({
  name: 'playbooks',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /playbook/',
  cost: '1 per 100',
  needs: 'an account with playbooks',
  walk: byList([{ path: '/playbook/', limit: 100 }]),
  selectedByDefault: false,
  note: 'Archived ones are included. Read in full: archiving one does not move its date.',
});
