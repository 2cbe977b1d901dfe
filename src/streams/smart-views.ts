import { byList } from '../close/by-list.ts';
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
  walk: byList([{ path: '/saved_search/', query: { type__in: TYPES.join(',') }, limit: 100 }]),
  selectedByDefault: false,
  note: "One request per 100 views; only those that the key's user owns or that are shared with them. Read in full: sharing a view does not move its date.",
});
