import { byDefinitions, DEFINITION_KINDS, definitionsPath } from '../close/definitions.ts';
import { defineStream } from './define-stream.ts';

const EVENTS = 'custom_fields.';

export const customFields = defineStream({
  name: 'custom_fields',
  keyProperties: ['id'],
  objectType: EVENTS,
  deleted: (objectType) => {
    const kind = objectType.slice(EVENTS.length);
    return DEFINITION_KINDS.includes(kind) ? { object_type: kind } : null;
  },
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  requests: [{ to: `GET ${definitionsPath('{kind}')}`, count: DEFINITION_KINDS.length }],
  walk: byDefinitions(DEFINITION_KINDS),
});
