import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

/** Whoever knows the whole address of a webhook can send it events that its receiver takes for those of Close. */
export const webhooks = defineStream({
  name: 'webhooks',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /webhook/',
  cost: '1',
  walk: byList([{ path: '/webhook/', limit: null }]),
  columns: () => ({ originsOnly: () => true }),
  selectedByDefault: false,
  note: 'Without the key that signs the events. Read in full: what was delivered does not move their date.',
});
