import type { Fields, Property, Schema } from './pipeline.ts';

/** What a target always does to values. Everything else must be stored as it was sent. */
export interface Nature {
  /** Objects become columns, so an object without values is the same as null. */
  readonly flattens?: true;
  /** An empty text is the same as null. */
  readonly emptyIsNull?: true;
  /** A line break in a text becomes the two characters of its escape, and so do other control characters. */
  readonly escapesControls?: true;
  /** Columns have names in small letters. */
  readonly smallLetters?: true;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)?$/;

/** The same text for the same instant, in whatever form a target wrote it. A date that is not in UTC differs. */
export const instantText = (text: string): string => {
  const [, date, time, fraction = ''] = DATE_TIME.exec(text) ?? [];
  return date === undefined ? text : `${date}T${time}.${fraction.padEnd(6, '0')}Z`;
};

/** Control characters as JSON escapes them. */
export const escapeControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));

const normalValue = (value: unknown, property: Property, nature: Nature, nested: boolean): unknown => {
  if (value === null || value === undefined) return null;
  const [type] = property.type;
  if (type === 'array' && Array.isArray(value) && property.items) {
    const { items } = property;
    return value.map((item) => normalValue(item, items, {}, true));
  }
  if (type === 'object' && property.properties && typeof value === 'object') {
    const object = normalFields(value as Fields, property.properties, nature, true);
    const hollow = Object.values(object).every((child) => child === null);
    return nature.flattens && hollow ? null : object;
  }
  if (property.format === 'date-time' && typeof value === 'string') return instantText(value);
  if (nested || typeof value !== 'string') return value;
  if (nature.emptyIsNull && value === '') return null;
  return nature.escapesControls ? escapeControls(value) : value;
};

/** Sent columns have their own names, and stored columns have small letters. */
const storedName = (name: string, fields: Fields): string => (name in fields ? name : name.toLowerCase());

const normalFields = (
  fields: Fields,
  properties: Readonly<Record<string, Property>>,
  nature: Nature,
  nested: boolean,
): Fields =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      normalValue(
        fields[nature.smallLetters && !nested ? storedName(name, fields) : name],
        property,
        nature,
        nested,
      ),
    ]),
  );

/** A sent or stored record, in a form in which both must be equal. */
export const normalRecord = (record: Fields, schema: Schema, nature: Nature): Fields =>
  normalFields(record, schema.properties, nature, false);
