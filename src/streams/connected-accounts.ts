import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const connectedAccounts = defineStream({
  name: 'connected_accounts',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  walk: byList([{ path: '/connected_account/', limit: null }]),
  selectedByDefault: false,
  note: "One request a run. Needs an admin's key for the accounts of others; read in full, as Close does not tell when they changed.",
});
