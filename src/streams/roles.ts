import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const roles = defineStream({
  name: 'roles',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  walk: byList([{ path: '/role/', limit: null }]),
  selectedByDefault: false,
  note: "One request a run. Needs a key that may see the organisation's roles; read in full, as built-in roles have no dates.",
});
