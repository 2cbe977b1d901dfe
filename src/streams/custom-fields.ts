import { byDefinitions } from '../close/definitions.ts';
import { defineStream } from './define-stream.ts';

const KINDS = ['lead', 'contact', 'opportunity', 'activity', 'shared'];
const EVENTS = 'custom_fields.';

export const customFields = defineStream({
  name: 'custom_fields',
  keyProperties: ['id'],
  objectType: EVENTS,
  deleted: (objectType) => {
    const kind = objectType.slice(EVENTS.length);
    return KINDS.includes(kind) ? { object_type: kind } : null;
  },
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  requests: [{ to: 'GET /custom_field/{kind}/', count: KINDS.length }],
  walk: byDefinitions(KINDS),
});
