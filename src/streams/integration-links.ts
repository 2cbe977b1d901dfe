import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const integrationLinks = defineStream({
  name: 'integration_links',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /integration_link/',
  cost: '1',
  walk: byList([{ path: '/integration_link/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full: not every link has dates.',
});
