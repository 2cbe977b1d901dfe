import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

/** Close tells no more than the addresses, so that each is its own id. */
export const unsubscribedEmails = defineStream({
  name: 'unsubscribed_emails',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /unsubscribe/email/',
  cost: '1',
  walk: byList([{ path: '/unsubscribe/email/', limit: null, idField: 'email' }]),
  selectedByDefault: false,
  note: 'All addresses come in a single answer. Read in full, as they have no dates.',
});
