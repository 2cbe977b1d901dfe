import { byList } from '../close/by-list.ts';
import { defineStream } from './define-stream.ts';

export const smsTemplates = defineStream({
  name: 'sms_templates',
  keyProperties: ['id'],
  objectType: 'sms_template',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: byList([{ path: '/sms_template/', limit: 100 }]),
  selectedByDefault: false,
  note: "One request per 100 templates; only those that the key's user may see. What last changed before the start date is left out, unless the catalog says FULL_TABLE.",
});
