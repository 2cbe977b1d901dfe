import { type FieldSchema, nullable } from '../json/schema-types.ts';

/** A type of custom fields: the schema of its column, and a description for one value and for several. */
export interface CustomFieldType {
  readonly schema: FieldSchema;
  readonly one: string;
  readonly several: string;
}

const text = nullable('string');
const number = nullable('number');

/** The type of a reference to an object. The object's stream has the name of the object in the plural. */
const reference = (what: string): CustomFieldType => {
  const several = `${what}s`;
  const to = `References ${several.replaceAll(' ', '_')}.id`;
  return { schema: text, one: `a ${what}. ${to}`, several: `${several}. ${to}` };
};

/** Every type of Close, by its name. */
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
