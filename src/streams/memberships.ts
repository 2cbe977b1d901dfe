import { byMembership } from '../close/by-membership.ts';
import { defineStream } from './define-stream.ts';

export const memberships = defineStream({
  name: 'memberships',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  walk: byMembership({ active: 'memberships', inactive: 'inactive_memberships' }),
  selectedByDefault: false,
  note: 'Two requests a run. Users who have left are in here and no longer in the table of users; read in full, as memberships have no dates.',
});
