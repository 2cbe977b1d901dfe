import { defineList } from './define-list.ts';

/**
 * Close shows only the addresses, so each address is its own id. Deletes are not taken from the event log: Close does not
 * document how an event names an address, and an address that is unsubscribed again must not count as deleted.
 */
export const unsubscribedEmails = defineList({
  name: 'unsubscribed_emails',
  path: '/unsubscribe/email/',
  limit: null,
  idField: 'email',
  note: 'All addresses come in one answer. An address that is subscribed again is missing from the next run, and there is no record of its delete.',
  readInFull: 'they have no dates',
});
