import { defineList } from './define-list.ts';

export const connectedAccounts = defineList({
  name: 'connected_accounts',
  path: '/connected_account/',
  limit: null,
  needs: "an admin's, for the accounts of others",
  note: 'Read in full, as Close does not tell when they changed.',
});
