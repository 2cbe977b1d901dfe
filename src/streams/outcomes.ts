import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const outcomes = defineStream({
  name: 'outcomes',
  keyProperties: ['id'],
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'GET /outcome/',
  cost: '1 per 100',
  walk: byList([{ path: '/outcome/', limit: 100 }]),
  selectedByDefault: false,
  note: 'What last changed before the start date is left out, unless the catalog says FULL_TABLE.',
});
