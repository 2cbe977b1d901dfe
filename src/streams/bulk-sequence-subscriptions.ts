import { defineList } from './define-list.ts';

export const bulkSequenceSubscriptions = defineList({
  name: 'bulk_sequence_subscriptions',
  path: '/bulk_action/sequence_subscription/',
  limit: 100,
  readInFull: 'their dates may be null',
});
