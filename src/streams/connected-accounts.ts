import { defineList } from './define-list.ts';

export const connectedAccounts = defineList({
  name: 'connected_accounts',
  path: '/connected_account/',
  limit: null,
  needs: "an admin's rights, for the accounts of other users",
  readInFull: 'Close does not say when they changed',
});
