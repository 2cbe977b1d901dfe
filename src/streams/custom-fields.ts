import { byDefinitions } from '../close/definitions.ts';
import { defineStream } from './define-stream.ts';

export const customFields = defineStream({
  name: 'custom_fields',
  keyProperties: ['id'],
  objectType: 'custom_fields.',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: byDefinitions(['lead', 'contact', 'opportunity', 'activity', 'shared']),
});
