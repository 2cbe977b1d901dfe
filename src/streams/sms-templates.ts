import { defineList, WITHOUT_OLD_ONES } from './define-list.ts';

export const smsTemplates = defineList({
  name: 'sms_templates',
  path: '/sms_template/',
  limit: 100,
  key: 'date_updated',
  objectType: 'sms_template',
  needs: "the owner's rights, for those that are not shared",
  note: WITHOUT_OLD_ONES,
});
