import { defineList } from './define-list.ts';

export const bulkEmails = defineList({
  name: 'bulk_emails',
  path: '/bulk_action/email/',
  limit: 100,
  readInFull: 'their dates may be null',
});
