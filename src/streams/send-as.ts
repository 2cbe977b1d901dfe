import { byUser } from '../close/walks/by-user.ts';
import { withoutRepeats } from '../close/walks/without-repeats.ts';
import { defineStream } from './define-stream.ts';

/** Close answers with those of the key's user alone, and with one side at a time: whom they let, and who lets them. */
export const sendAs = defineStream({
  name: 'send_as',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [{ to: 'GET /me/' }, { to: 'GET /send_as/', count: 2 }],
  needs: 'its user is one of the two',
  walk: withoutRepeats(
    byUser((user) =>
      ['allowing_user_id', 'allowed_user_id'].map((side) => ({
        path: '/send_as/',
        query: { [side]: user },
        limit: null,
      })),
    ),
  ),
  selectedByDefault: false,
  note: 'Read in full, as they have no dates.',
});
