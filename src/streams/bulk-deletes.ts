import { defineBulkActions } from './define-bulk-actions.ts';

export const bulkDeletes = defineBulkActions('bulk_deletes', '/bulk_action/delete/');
