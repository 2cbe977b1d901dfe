import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const sequences = defineStream({
  name: 'sequences',
  keyProperties: ['id'],
  objectType: 'sequence',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /sequence/',
  cost: '1 per 100',
  walk: byList([{ path: '/sequence/', limit: 100 }]),
  selectedByDefault: false,
  note: 'Read in full: a step that changes does not move the date of its sequence.',
});
