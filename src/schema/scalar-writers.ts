import type { FieldSchema } from '../json-schema.ts';
import { jsonText } from '../json-text.ts';
import { toRfc3339 } from '../time.ts';
import { type Extras, isEmpty } from './extras.ts';

/** Writes a value as JSON text in the type declared; what that type cannot hold becomes null and an extra. */
export type Writer = (value: unknown, extras: Extras) => string;

/** The text to put between quotes as it is, or null when more is to be done. */
export type PlainText = (text: string) => string | null;

/** The JSON text of a value, or null when the type cannot hold it. */
type Convert = (value: unknown) => string | null;

/** All but quotes, backslashes, control characters, surrogates and what some readers take for the end of a line. */
const PLAIN = /^[ !#-[\]-\u0084\u0086-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;

/** Ids and names need no escaping, and finding that out is faster than JSON.stringify. */
const plainText: PlainText = (text) => (text.length < 80 && PLAIN.test(text) ? text : null);

const convertDateTime: Convert = (value) => {
  const text = typeof value === 'string' ? toRfc3339(value) : null;
  return text === null ? null : `"${text}"`;
};

/** A date, or the date that a date-time was written with; targets know no year 0. */
const convertDate: Convert = (value) => {
  if (typeof value !== 'string' || toRfc3339(value) === null) return null;
  const date = value.trim().slice(0, 10);
  return date.startsWith('0000') ? null : `"${date}"`;
};

const DIGITS = /^-?\d+$/;

/** Beyond 2^53 a number is no longer the one that was sent, and targets overflow at 2^63. */
const convertInteger: Convert = (value) => {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? String(number) : null;
};

const NUMERAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const convertNumber: Convert = (value) => {
  const number = typeof value === 'string' && NUMERAL.test(value) ? Number(value) : value;
  return Number.isFinite(number) ? String(number) : null;
};

const convertBoolean: Convert = (value) => {
  if (value === true || value === 1 || value === 'true') return 'true';
  return value === false || value === 0 || value === 'false' ? 'false' : null;
};

const orExtra =
  (convert: Convert): Writer =>
  (value, extras) => {
    const text = convert(value);
    if (text !== null) return text;
    if (!isEmpty(value)) extras.push({ path: '', value });
    return 'null';
  };

const writeInteger = orExtra(convertInteger);
const writeNumber = orExtra(convertNumber);
const writeBoolean = orExtra(convertBoolean);
const writeDateTime = orExtra(convertDateTime);
const writeAsDate = orExtra(convertDate);

const MIDNIGHT = /^.{10}(?:[T ]00:00(?::00(?:\.0+)?)?\s*(?:Z|\+00:?00)?)?$/i;

/** A time of day that a date cannot hold is an extra. */
const writeDate: Writer = (value, extras) => {
  const text = writeAsDate(value, extras);
  if (text !== 'null' && !MIDNIGHT.test(String(value).trim())) extras.push({ path: '', value });
  return text;
};

/** Every value has a text, and "" is one. */
const writeString: Writer = (value) => {
  if (typeof value === 'string') return plainText(value) === null ? jsonText(value) : `"${value}"`;
  if (value === null || value === undefined) return 'null';
  return jsonText(typeof value === 'object' ? JSON.stringify(value) : String(value));
};

/** The writer of a field that is neither object nor array. */
export const scalarWriter = ({ type: [type], format }: FieldSchema): Writer => {
  if (type === 'integer') return writeInteger;
  if (type === 'number') return writeNumber;
  if (type === 'boolean') return writeBoolean;
  if (format === 'date-time') return writeDateTime;
  if (format === 'date') return writeDate;
  return writeString;
};

/** For fields that hold text: the short way to write it. */
export const plainTextOf = ({ type: [type], format }: FieldSchema): PlainText | null => {
  if (type !== 'string' || format === 'date') return null;
  return format === 'date-time' ? toRfc3339 : plainText;
};
