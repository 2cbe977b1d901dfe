import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const dialerSessions = defineStream({
  name: 'dialer_sessions',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /dialer/',
  cost: '1 per 100',
  walk: byList([{ path: '/dialer/', limit: 100 }]),
  selectedByDefault: false,
  note: 'Read in full: Close does not say what moves their dates.',
});
