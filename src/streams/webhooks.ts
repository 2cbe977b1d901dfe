import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

/** Where events go, without what lets one in there: the user and password before the host, the query behind it. */
const bareUrl = (url: unknown): string | null =>
  typeof url === 'string'
    ? url.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1')
    : null;

/** With the key that signs the events, anyone could send events that the receiver takes for those of Close. */
export const webhooks = defineStream({
  name: 'webhooks',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /webhook/',
  cost: '1',
  walk: byList([{ path: '/webhook/', limit: null }]),
  columns: () => ({
    consumed: (key) => key === 'signature_key',
    derive: { url: ({ url }) => bareUrl(url) },
  }),
  selectedByDefault: false,
  note: 'Without the key that signs the events. Read in full: what was delivered does not move their date.',
});
