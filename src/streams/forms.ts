import { byList } from '../close/walks/by-list.ts';
import { once } from '../close/walks/once.ts';
import { defineStream } from './define-stream.ts';

/** Close does not say whether the list without a filter has the archived ones, so they are asked for too. */
export const forms = defineStream({
  name: 'forms',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  source: 'GET /form/',
  cost: '2 per 100',
  needs: 'a plan with forms',
  walk: once(
    byList([
      { path: '/form/', limit: 100 },
      { path: '/form/', query: { is_archived: 'true' }, limit: 100 },
    ]),
  ),
  selectedByDefault: false,
  note: 'Archived ones are included.',
});
