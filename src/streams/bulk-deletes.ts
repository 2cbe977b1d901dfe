import { defineList } from './define-list.ts';

export const bulkDeletes = defineList({
  name: 'bulk_deletes',
  path: '/bulk_action/delete/',
  limit: 100,
  readInFull: 'their dates may be null',
});
