import { byDetail } from '../close/by-detail.ts';
import { defineStream } from './define-stream.ts';

export const groups = defineStream({
  name: 'groups',
  keyProperties: ['id'],
  objectType: 'group',
  replication: { method: 'FULL_TABLE' },
  walk: byDetail({ path: '/group/', limit: null }),
  selectedByDefault: false,
  note: 'One request, and one per group: the list does not tell the members. Read in full, as groups have no dates.',
});
