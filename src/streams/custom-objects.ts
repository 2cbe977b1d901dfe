import { defineSearched } from './define-searched.ts';

/** Custom objects of all types. Close's list shows those of one lead only, so they are read by searching. */
export const customObjects = defineSearched({
  name: 'custom_objects',
  objectType: 'custom_object',
  one: '/custom_object/',
  customFields: 'custom_object_type',
  needs: 'a plan with custom objects',
  selectedByDefault: false,
  note: 'Close allows few searches per second.',
});
