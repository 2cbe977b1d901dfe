import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const roles = defineStream({
  name: 'roles',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /role/',
  cost: '1',
  needs: 'may see roles',
  walk: byList([{ path: '/role/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full, as built-in roles have no dates.',
});
