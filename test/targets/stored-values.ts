import type { Fields, Property, Schema } from './pipeline.ts';

/** What a target by its nature does to values, so that everything else must come back as it was. */
export interface Nature {
  /** Objects become columns: one in which nothing is set is then the same as none. */
  readonly flattens?: true;
  /** An empty text is the same as none. */
  readonly emptyIsNull?: true;
  /** A line break in a text becomes the two characters of its escape, and so do other control characters. */
  readonly escapesControls?: true;
  /** Columns are named in small letters. */
  readonly smallLetters?: true;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)?$/;

/** One text for one instant, however a target wrote it; what is not in UTC stays as it is, and so differs. */
export const instantText = (text: string): string => {
  const [, date, time, fraction = ''] = DATE_TIME.exec(text) ?? [];
  return date === undefined ? text : `${date}T${time}.${fraction.padEnd(6, '0')}Z`;
};

/** Control characters as JSON writes them. */
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

/** What is sent has its own name, what is stored has small letters. */
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

/** A record as it was sent or as it was stored, in the one form in which the two must be equal. */
export const normalRecord = (record: Fields, schema: Schema, nature: Nature): Fields =>
  normalFields(record, schema.properties, nature, false);
