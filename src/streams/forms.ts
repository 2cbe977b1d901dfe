import { byList } from '../close/by-list.ts';
import { once } from '../close/once.ts';
import { defineStream } from './define-stream.ts';

/** Close does not say whether the list without a filter has the archived ones, so they are asked for too. */
export const forms = defineStream({
  name: 'forms',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  walk: once(
    byList([
      { path: '/form/', limit: 100 },
      { path: '/form/', query: { is_archived: 'true' }, limit: 100 },
    ]),
  ),
  selectedByDefault: false,
  note: 'Two requests per 100 forms, archived ones included. Needs a plan with forms; read in full.',
});
