import { defineList } from './define-list.ts';

export const opportunityStatuses = defineList({
  name: 'opportunity_statuses',
  path: '/status/opportunity/',
  limit: null,
  objectType: 'status.opportunity',
  readInFull: 'statuses have no dates',
});
