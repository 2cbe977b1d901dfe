import { type FieldSchema, nullable } from '../json/schema-types.ts';

/** What a type of custom fields means: its column, and its name in words for one value and for several. */
export interface CustomFieldType {
  readonly schema: FieldSchema;
  readonly one: string;
  readonly several: string;
}

const text = nullable('string');
const number = nullable('number');

/** A reference to an object that has a table of its own, named for it. */
const reference = (what: string): CustomFieldType => {
  const several = `${what}s`;
  const to = `References ${several.replaceAll(' ', '_')}.id`;
  return { schema: text, one: `a ${what}. ${to}`, several: `${several}. ${to}` };
};

/** Every type that Close has. */
export const CUSTOM_FIELD_TYPES: ReadonlyMap<unknown, CustomFieldType> = new Map([
  ['text', { schema: text, one: 'text', several: 'texts' }],
  ['textarea', { schema: text, one: 'text of several lines', several: 'texts of several lines' }],
  ['number', { schema: number, one: 'a number', several: 'numbers' }],
  ['currency', { schema: number, one: 'an amount', several: 'amounts' }],
  ['percent', { schema: number, one: 'a percentage', several: 'percentages' }],
  ['checkbox', { schema: nullable('boolean'), one: 'yes or no', several: 'yes or no' }],
  ['date', { schema: nullable('string', 'date'), one: 'a date', several: 'dates' }],
  ['datetime', { schema: nullable('string', 'date-time'), one: 'a moment', several: 'moments' }],
  ['choices', { schema: text, one: 'a choice', several: 'choices' }],
  ['user', reference('user')],
  ['contact', reference('contact')],
  ['custom_object', reference('custom object')],
  ['hidden', { schema: text, one: 'hidden text', several: 'hidden texts' }],
]);
