import { byMembership } from '../close/walks/by-membership.ts';
import { defineStream } from './define-stream.ts';

export const memberships = defineStream({
  name: 'memberships',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [{ to: 'GET /me/' }, { to: 'GET /organization/{id}/' }],
  walk: byMembership({ active: 'memberships', inactive: 'inactive_memberships' }),
  selectedByDefault: false,
  note: 'Users who have left are here, but no longer in the table of users.',
  readInFull: 'memberships have no dates',
});
