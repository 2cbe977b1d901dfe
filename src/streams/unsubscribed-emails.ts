import { defineList } from './define-list.ts';

/**
 * Close tells no more than the addresses, so that each is its own id. No deletes are taken from the event log: Close does
 * not document what an event about an address calls it, and an address that is unsubscribed again must not be taken for
 * deleted.
 */
export const unsubscribedEmails = defineList({
  name: 'unsubscribed_emails',
  path: '/unsubscribe/email/',
  limit: null,
  idField: 'email',
  note: 'All addresses come in a single answer. Read in full, as they have no dates; one that is subscribed again is missing then, and no delete tells it.',
});
