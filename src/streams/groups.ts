import { byDetail } from '../close/walks/by-detail.ts';
import { defineStream } from './define-stream.ts';

export const groups = defineStream({
  name: 'groups',
  keyProperties: ['id'],
  objectType: 'group',
  replication: { method: 'FULL_TABLE' },
  requests: [{ to: 'GET /group/' }, { to: 'GET /group/{id}/', per: 'group' }],
  walk: byDetail({ path: '/group/', limit: null }),
  selectedByDefault: false,
  note: 'Each group takes a request, since the list does not show the members.',
  readInFull: 'groups have no dates',
});
