import { SEARCH } from '../close/search.ts';
import { byEach } from '../close/walks/by-each.ts';
import { bySearch } from '../close/walks/by-search.ts';
import { defineStream } from './define-stream.ts';
import { leads } from './leads.ts';

/** Links that open the file without a login. They are secrets. */
const LINKS = new Set(['download_url', 'thumbnail_url']);

export const leadFiles = defineStream({
  name: 'lead_files',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [
    { to: SEARCH.name, per: SEARCH.limit, rows: leads.name },
    { to: 'GET /lead/{id}/files/', per: 'lead' },
  ],
  walk: byEach(bySearch({ objectType: 'lead', fields: () => [], list: '/lead/' }), (lead) => ({
    path: `/lead/${encodeURIComponent(lead)}/files/`,
    limit: null,
  })),
  columns: () => ({ consumed: (key) => LINKS.has(key) }),
  selectedByDefault: false,
  note: 'The links to the files are left out, because they open without a login.',
  readInFull: 'Close lists the files of one lead at a time',
});
