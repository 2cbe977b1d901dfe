import { defineList } from './define-list.ts';

export const bulkEdits = defineList({
  name: 'bulk_edits',
  path: '/bulk_action/edit/',
  limit: 100,
  readInFull: 'their dates may be null',
});
