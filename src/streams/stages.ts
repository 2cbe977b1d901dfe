import type { Row } from '../close/row.ts';
import { byList } from '../close/walks/by-list.ts';
import { parts } from '../close/walks/parts.ts';
import { isRecord } from '../json/is-record.ts';
import { defineStream } from './define-stream.ts';

/** The statuses of a pipeline. Only their order shows their position, so it becomes a field. */
const statusesOf = ({ id, name, organization_id, statuses }: Row): readonly unknown[] =>
  (Array.isArray(statuses) ? statuses : []).map((status: unknown, index) =>
    isRecord(status)
      ? { ...status, position: index + 1, pipeline_id: id, pipeline_name: name, organization_id }
      : status,
  );

/** A status belongs to one pipeline only, so its id is a key, and `opportunities.status_id` finds one row. */
export const stages = defineStream({
  name: 'stages',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [{ to: 'GET /pipeline/' }],
  walk: parts(byList([{ path: '/pipeline/', limit: null }]), statusesOf),
  selectedByDefault: false,
  readInFull: 'a change to a status does not move the date of its pipeline',
});
