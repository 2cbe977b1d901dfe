import { defineList, WITHOUT_OLD_ONES } from './define-list.ts';

export const emailTemplates = defineList({
  name: 'email_templates',
  path: '/email_template/',
  limit: 100,
  withArchived: true,
  key: 'date_updated',
  objectType: 'email_template',
  needs: "the owner's rights, for those that are not shared",
  note: `Archived templates are included. ${WITHOUT_OLD_ONES}`,
});
