import { byList } from '../close/walks/by-list.ts';
import { once } from '../close/walks/once.ts';
import { defineStream } from './define-stream.ts';

/** Close does not say whether the list without a filter has the archived ones, so they are asked for too. */
export const emailTemplates = defineStream({
  name: 'email_templates',
  keyProperties: ['id'],
  objectType: 'email_template',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'GET /email_template/',
  cost: '2 per 100',
  needs: 'its user owns them, or they are shared',
  walk: once(
    byList([
      { path: '/email_template/', limit: 100 },
      { path: '/email_template/', query: { is_archived: 'true' }, limit: 100 },
    ]),
  ),
  selectedByDefault: false,
  note: 'Archived ones are included. What last changed before the start date is left out, unless the catalog says FULL_TABLE.',
});
