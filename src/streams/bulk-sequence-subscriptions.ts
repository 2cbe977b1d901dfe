import { defineBulkActions } from './define-bulk-actions.ts';

export const bulkSequenceSubscriptions = defineBulkActions(
  'bulk_sequence_subscriptions',
  '/bulk_action/sequence_subscription/',
);
