import { byOrganization } from '../close/walks/by-organization.ts';
import { defineStream } from './define-stream.ts';

/** Lists inside an organization whose objects have streams of their own. */
const LISTS = /(?:memberships|statuses|pipelines|custom_fields|_types)$/;

export const organization = defineStream({
  name: 'organization',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [{ to: 'GET /me/' }, { to: 'GET /organization/{id}/' }],
  walk: byOrganization((row) => [row]),
  columns: () => ({ consumed: (key) => LISTS.test(key) }),
  selectedByDefault: false,
  note: 'One row, with the currency of the account. Read in full.',
});
