import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const pipelines = defineStream({
  name: 'pipelines',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /pipeline/',
  cost: '1',
  walk: byList([{ path: '/pipeline/', limit: null }]),
  selectedByDefault: false,
  note: 'Read in full: a status that changes does not move the date of its pipeline.',
});
