import type { JsonLines } from '../json-lines.ts';
import type { FieldSchema } from '../json-schema.ts';
import { toRfc3339 } from '../time.ts';
import { type Extras, isEmpty } from './extras.ts';

/** Puts a value as JSON text of the type declared; what that type cannot hold becomes null and an extra. */
export type Writer = (value: unknown, out: JsonLines, extras: Extras) => void;

/** The JSON text of a value, or null when the type cannot hold it. */
type Convert = (value: unknown) => string | null;

export const NULL = Buffer.from('null');

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
  (value, out, extras) => {
    const text = convert(value);
    if (text !== null) return out.text(text);
    if (!isEmpty(value)) extras.push({ path: '', value });
    out.bytes(NULL);
  };

const writeInteger = orExtra(convertInteger);
const writeNumber = orExtra(convertNumber);
const writeBoolean = orExtra(convertBoolean);
const writeDateTime = orExtra(convertDateTime);
const writeAsDate = orExtra(convertDate);

const MIDNIGHT = /^.{10}(?:[T ]00:00(?::00(?:\.0+)?)?\s*(?:Z|\+00:?00)?)?$/i;

/** A time of day that a date cannot hold is an extra. */
const writeDate: Writer = (value, out, extras) => {
  const from = extras.length;
  writeAsDate(value, out, extras);
  const isDate = extras.length === from && !isEmpty(value);
  if (isDate && !MIDNIGHT.test(String(value).trim())) extras.push({ path: '', value });
};

/** Every value has a text, and "" is one. */
const writeString: Writer = (value, out) => {
  if (typeof value === 'string') out.string(value);
  else if (value === null || value === undefined) out.bytes(NULL);
  else out.string(typeof value === 'object' ? JSON.stringify(value) : String(value));
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
