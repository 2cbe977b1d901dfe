import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const connectedAccounts = defineStream({
  name: 'connected_accounts',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /connected_account/',
  cost: '1',
  needs: "an admin's, for the accounts of others",
  walk: byList([{ path: '/connected_account/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full, as Close does not tell when they changed.',
});
