import { defineBulkActions } from './define-bulk-actions.ts';

export const bulkEdits = defineBulkActions('bulk_edits', '/bulk_action/edit/');
