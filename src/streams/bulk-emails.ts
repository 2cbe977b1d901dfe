import { defineList } from './define-list.ts';

export const bulkEmails = defineList({
  name: 'bulk_emails',
  path: '/bulk_action/email/',
  limit: 100,
  note: 'Read in full: their dates may be null.',
});
