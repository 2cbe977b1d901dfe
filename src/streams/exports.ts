import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const exports = defineStream({
  name: 'exports',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /export/',
  cost: '1 per 100',
  walk: byList([{ path: '/export/', limit: 100 }]),
  selectedByDefault: false,
  note: 'Without the link to the file. Read in full, as Close says of no date what moves it.',
});
