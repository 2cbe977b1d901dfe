import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

/** Without them Close lists only the views that find leads. */
const TYPES = [
  'lead',
  'contact',
  'opportunity',
  'call',
  'email',
  'sms',
  'meeting',
  'note',
  'whatsapp_message',
  'custom_activity',
  'form_submission',
];

export const smartViews = defineStream({
  name: 'smart_views',
  keyProperties: ['id'],
  objectType: 'saved_search',
  replication: { method: 'FULL_TABLE' },
  source: 'GET /saved_search/',
  cost: '1 per 100',
  needs: 'its user owns them, or they are shared',
  walk: byList([{ path: '/saved_search/', query: { type__in: TYPES.join(',') }, limit: 100 }]),
  selectedByDefault: false,
  note: 'Read in full: sharing a view does not move its date.',
});
