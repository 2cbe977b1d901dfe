import { byUser } from '../close/walks/by-user.ts';
import { withoutRepeats } from '../close/walks/without-repeats.ts';
import { defineStream } from './define-stream.ts';

/**
 * Close shows only permissions of the key's own user: in one request those that the user gives, in another those that
 * the user has.
 */
export const sendAs = defineStream({
  name: 'send_as',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [{ to: 'GET /me/' }, { to: 'GET /send_as/', count: 2 }],
  needs: 'the rights of one of the two users',
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
  readInFull: 'they have no dates',
});
