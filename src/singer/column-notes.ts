import { hash } from 'node:crypto';
import { z } from 'zod';
import type { FieldSchema } from '../json/schema-types.ts';

/**
 * Base64 digits that stand for a column: 24 bits. Among 300 columns, a new one is taken for one that is known with a
 * chance of 1 in 50,000; then nobody is told of it.
 */
const DIGITS = 4;

/** What the state holds of a stream's columns. */
export interface ColumnNotes {
  /** Those that the rows up to the bookmark have, as digests; null in a state that does not tell. */
  readonly seen: ReadonlySet<string> | null;
  /** The type of each column that only the account tells, as a word, by its name in short. */
  readonly types: Readonly<Record<string, string>>;
}

/** In a type's place: Close no longer has the field, and that was told. */
export const GONE = 'gone';

/** Anything else in their place tells nothing. */
export const columnNotesSchema = z.object({
  seen: z
    .string()
    .regex(/^(?:[\w-]{4})*$/)
    .transform((text): ReadonlySet<string> => new Set(text.match(/.{4}/g)))
    .nullable()
    .catch(null),
  types: z.record(z.string(), z.string()).catch({}),
}) satisfies z.ZodType<ColumnNotes>;

/** `undefined` where there is nothing to keep. */
export const writeColumnNotes = ({ seen, types }: ColumnNotes): object | undefined => {
  const names = Object.keys(types).sort();
  if (seen === null && names.length === 0) return undefined;
  return {
    ...(seen === null ? {} : { seen: [...seen].sort().join('') }),
    ...(names.length === 0 ? {} : { types: Object.fromEntries(names.map((name) => [name, types[name]])) }),
  };
};

/** @param path names with dots between them */
export const columnDigest = (path: string): string => hash('sha256', path, 'base64url').slice(0, DIGITS);

const WORDS: ReadonlyMap<string, FieldSchema> = new Map([
  ['text', { type: ['string', 'null'] }],
  ['number', { type: ['number', 'null'] }],
  ['integer', { type: ['integer', 'null'] }],
  ['boolean', { type: ['boolean', 'null'] }],
  ['date', { type: ['string', 'null'], format: 'date' }],
  ['moment', { type: ['string', 'null'], format: 'date-time' }],
]);
const LIST = 's';

/** The type of a column as one word: `number`; that of a list, `numbers`. */
export const typeWord = ({ type: [type], format, items }: FieldSchema): string => {
  if (type === 'array') return `${items === undefined ? 'text' : typeWord(items)}${LIST}`;
  if (format !== undefined) return format === 'date' ? 'date' : 'moment';
  return type === 'string' ? 'text' : type;
};

/** The type that a word stands for; null for any other text. */
export const typeOfWord = (word: string): FieldSchema | null => {
  const items = word.endsWith(LIST) ? WORDS.get(word.slice(0, -LIST.length)) : undefined;
  return WORDS.get(word) ?? (items === undefined ? null : { type: ['array', 'null'], items });
};
