import type { JsonLines } from '../json/lines.ts';
import { losesDigits } from '../json/numeral.ts';
import type { FieldSchema } from '../json/schema-types.ts';
import { toRfc3339 } from '../time/rfc3339.ts';
import { type Extras, isEmpty } from './extras.ts';
import { carefulText, isPlain } from './open-data.ts';

/**
 * Writes a value as JSON text of the declared type. A value that the type cannot hold is written as null and goes to
 * the extras.
 */
export interface Writer {
  write(value: unknown, out: JsonLines, extras: Extras): void;
}

/** The JSON text of a value, or null when the type cannot hold it. */
type Convert = (value: unknown) => string | null;

export const NULL = Buffer.from('null');

const convertDateTime: Convert = (value) => {
  const text = typeof value === 'string' ? toRfc3339(value) : null;
  return text === null ? null : `"${text}"`;
};

/** A date, or the date part of a date-time. Targets cannot store the year 0. */
const convertDate: Convert = (value) => {
  if (typeof value !== 'string' || toRfc3339(value) === null) return null;
  const date = value.trim().slice(0, 10);
  return date.startsWith('0000') ? null : `"${date}"`;
};

const DIGITS = /^-?\d+$/;

/** Beyond 2^53, JavaScript changes an integer, so it is not written as a number. */
const convertInteger: Convert = (value) => {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? String(number) : null;
};

const NUMERAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const convertNumber: Convert = (value) => {
  const number = typeof value === 'string' && NUMERAL.test(value) ? Number(value) : value;
  return Number.isFinite(number) ? String(number) : null;
};

/**
 * A number in a list, always with a point or an exponent. Some readers take 1 and 1.5 for two types, and some targets
 * cannot store a list with two types.
 */
const convertListedNumber: Convert = (value) => {
  const text = convertNumber(value);
  return text === null || /[.e]/.test(text) ? text : `${text}.0`;
};

const convertBoolean: Convert = (value) => {
  if (value === true || value === 1 || value === 'true') return 'true';
  return value === false || value === 0 || value === 'false' ? 'false' : null;
};

const MIDNIGHT = /^.{10}(?:[T ]00:00(?::00(?:\.0+)?)?\s*(?:Z|\+00:?00)?)?$/i;

/** Whether the time of day is midnight UTC, so that a date says the same. */
const isWholeDay = (value: unknown): boolean => MIDNIGHT.test(String(value).trim());
const always = (): boolean => true;

class ScalarWriter implements Writer {
  readonly #convert: Convert;
  readonly #holds: (value: unknown) => boolean;

  /**
   * @param holds whether the written text has everything that the value had; if not, the value goes to the extras too
   */
  constructor(convert: Convert, holds: (value: unknown) => boolean = always) {
    this.#convert = convert;
    this.#holds = holds;
  }

  write(value: unknown, out: JsonLines, extras: Extras): void {
    const text = this.#convert(value);
    if (text === null) out.bytes(NULL);
    else out.ascii(text);
    if (text === null ? !isEmpty(value) : !this.#holds(value)) extras.push({ path: '', value });
  }
}

/** Writes any value as a text. An empty text stays an empty text. */
class TextWriter implements Writer {
  readonly #onDeep: () => void;

  /** @param onDeep called for a value that is nested so deep that some readers fail */
  constructor(onDeep: () => void) {
    this.#onDeep = onDeep;
  }

  write(value: unknown, out: JsonLines): void {
    if (typeof value === 'string') out.string(value);
    else if (value === null || value === undefined) out.bytes(NULL);
    else if (typeof value !== 'object') out.string(String(value));
    else out.string(isPlain(value) ? JSON.stringify(value) : this.#carefully(value));
  }

  #carefully(value: object): string {
    const { text, isDeep } = carefulText(value);
    if (isDeep) this.#onDeep();
    return text;
  }
}

class NothingWriter implements Writer {
  write(_value: unknown, out: JsonLines): void {
    out.bytes(NULL);
  }
}

/** For a column whose values another column holds as well: what does not fit does not go to the extras. */
export class QuietWriter implements Writer {
  readonly #writer: Writer;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  write(value: unknown, out: JsonLines, extras: Extras): void {
    const from = extras.length;
    this.#writer.write(value, out, extras);
    extras.length = from;
  }
}

const integers = new ScalarWriter(convertInteger);
/** Whether a number has all digits of the text from which it was made. */
const hasAllDigits = (value: unknown): boolean => typeof value !== 'string' || !losesDigits(value);
const numbers = new ScalarWriter(convertNumber, hasAllDigits);
const listedNumbers = new ScalarWriter(convertListedNumber, hasAllDigits);
const booleans = new ScalarWriter(convertBoolean);
const dateTimes = new ScalarWriter(convertDateTime);
const dates = new ScalarWriter(convertDate, isWholeDay);

/** For a column that is never emitted: writes null. */
export const nothing = new NothingWriter();

export const textWriter = (onDeep: () => void): Writer => new TextWriter(onDeep);

/** The writer for a field that is neither an object nor a list. */
export const scalarWriter = ({ type: [type], format }: FieldSchema, texts: Writer): Writer => {
  if (type === 'integer') return integers;
  if (type === 'number') return numbers;
  if (type === 'boolean') return booleans;
  if (format === 'date-time') return dateTimes;
  if (format === 'date') return dates;
  return texts;
};

/** The writer for the items of a list. */
export const itemWriter = (items: FieldSchema, texts: Writer): Writer =>
  items.type[0] === 'number' ? listedNumbers : scalarWriter(items, texts);
