import type { Replication } from './catalog.ts';

/** The field that shows which records are new; null for a stream that is read as a whole. */
export const replicationKeyOf = (replication: Replication): string | null =>
  replication.method === 'INCREMENTAL' ? replication.key : null;
