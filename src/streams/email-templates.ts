import { byList } from '../close/by-list.ts';
import { once } from '../close/once.ts';
import { defineStream } from './define-stream.ts';

/** Close does not say whether the list without a filter has the archived ones, so they are asked for too. */
export const emailTemplates = defineStream({
  name: 'email_templates',
  keyProperties: ['id'],
  objectType: 'email_template',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: once(
    byList([
      { path: '/email_template/', limit: 100 },
      { path: '/email_template/', query: { is_archived: 'true' }, limit: 100 },
    ]),
  ),
  selectedByDefault: false,
  note: "Two requests per 100 templates, archived ones included; only those that the key's user may see. What last changed before the start date is left out, unless the catalog says FULL_TABLE.",
});
