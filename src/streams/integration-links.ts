import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const integrationLinks = defineStream({
  name: 'integration_links',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  walk: byList([{ path: '/integration_link/', limit: null }]),
  selectedByDefault: false,
  note: 'One request a run. Read in full: not every link has dates.',
});
