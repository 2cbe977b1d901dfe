import { defineSearched } from './define-searched.ts';

/** Objects of all types: Close lists them for one lead at a time, and only the search knows them across leads. */
export const customObjects = defineSearched({
  name: 'custom_objects',
  objectType: 'custom_object',
  one: '/custom_object/',
  customFields: 'custom_object_type',
  needs: 'a plan with custom objects',
  selectedByDefault: false,
  note: 'Close throttles the search early.',
});
