import { byList } from '../close/walks/by-list.ts';
import { defineStream } from './define-stream.ts';

export const smsTemplates = defineStream({
  name: 'sms_templates',
  keyProperties: ['id'],
  objectType: 'sms_template',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  source: 'GET /sms_template/',
  cost: '1 per 100',
  needs: 'its user owns them, or they are shared',
  walk: byList([{ path: '/sms_template/', limit: 100 }]),
  selectedByDefault: false,
  note: 'What last changed before the start date is left out, unless the catalog says FULL_TABLE.',
});
