import { defineList } from './define-list.ts';

export const leadStatuses = defineList({
  name: 'lead_statuses',
  path: '/status/lead/',
  limit: null,
  objectType: 'status.lead',
  readInFull: 'statuses have no dates',
});
