import { defineList, WITHOUT_OLD_ONES } from './define-list.ts';

export const smsTemplates = defineList({
  name: 'sms_templates',
  path: '/sms_template/',
  limit: 100,
  key: 'date_updated',
  objectType: 'sms_template',
  needs: 'to belong to the owner, unless they are shared',
  note: WITHOUT_OLD_ONES,
});
