import { defineList } from './define-list.ts';

/** The types must be named. Otherwise Close lists only the views that find leads. */
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

export const smartViews = defineList({
  name: 'smart_views',
  path: '/saved_search/',
  query: { type__in: TYPES.join(',') },
  limit: 100,
  objectType: 'saved_search',
  needs: "the owner's rights, for those that are not shared",
  readInFull: 'sharing a view does not move its date',
});
