import { defineBulkActions } from './define-bulk-actions.ts';

export const bulkEmails = defineBulkActions('bulk_emails', '/bulk_action/email/');
