import { byName } from '../close/by-name.ts';
import { defineStream } from './define-stream.ts';

/** Close tells no more than the addresses, so that each is its own id. */
export const unsubscribedEmails = defineStream({
  name: 'unsubscribed_emails',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  walk: byName({ path: '/unsubscribe/email/', name: 'email' }),
  selectedByDefault: false,
  note: 'One request a run. All addresses come in a single answer; read in full, as they have no dates.',
});
