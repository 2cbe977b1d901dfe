import { readAllFields } from '../close/all-fields.ts';
import { isCustomKey } from '../close/custom-fields.ts';
import type { Api } from '../close/walk.ts';
import { ApiError, AuthenticationError, messageOf } from '../errors.ts';
import { type FieldSchema, nullable } from '../json/schema-types.ts';
import { loadSchema } from '../schema/load-schema.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { isDay, toRfc3339 } from '../time/rfc3339.ts';
import type { CustomColumn } from './custom-columns.ts';

const text = nullable('string');
const integer = nullable('integer');
const number = nullable('number');
const day = nullable('string', 'date');
const moment = nullable('string', 'date-time');

interface Convention {
  readonly name: RegExp;
  /** The type of a field with such a name; null if a sample shows that the field has another type. */
  readonly typeOf: (sample: unknown) => FieldSchema | null;
}

/** Close names its smart fields by these rules. A sample of null does not show the type. */
const CONVENTIONS: readonly Convention[] = [
  { name: /_(?:id|name|text|summary)$/, typeOf: () => text },
  {
    name: /^(?:num|times)_/,
    typeOf: (sample) => (sample === null || Number.isSafeInteger(sample) ? integer : null),
  },
  {
    name: /_value$/,
    typeOf: (sample) => (sample === null || typeof sample === 'number' ? number : null),
  },
  {
    name: /_(?:date|date_won|created|updated|opened)$/,
    typeOf: (sample) => {
      if (sample === null) return moment;
      if (typeof sample !== 'string' || toRfc3339(sample) === null) return null;
      return isDay(sample) ? day : moment;
    },
  },
];

/** If the type is not certain, it is text: every value can be text, and a wrong number type would lose the value. */
export const smartFieldType = (name: string, sample: unknown): FieldSchema =>
  CONVENTIONS.find((convention) => convention.name.test(name))?.typeOf(sample ?? null) ?? text;

/** Names that every target can use for a column. */
const NAME = /^[a-z](?:_?[a-z0-9]){0,62}$/;

/** Whether a column may be a smart field that discovery found, and not a column of the stream's schema. */
export const isSmartColumn = (name: string, { name: stream, smartFields }: StreamDefinition): boolean =>
  smartFields !== undefined && NAME.test(name) && !Object.hasOwn(loadSchema(stream).properties, name);

/** Reads the names of all fields, each with a sample. Discovery goes on if this fails: the schema has columns too. */
const readFields = async (
  list: string,
  stream: string,
  api: Api,
  warn: (message: string) => void,
): Promise<ReadonlyMap<string, unknown>> => {
  try {
    return await readAllFields(list, { api, stream });
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof AuthenticationError) throw error;
    warn(`the catalog has no smart fields of this stream: ${messageOf(error)}`);
    return new Map();
  }
};

/**
 * The fields that Close computes in this account, as columns. These are the fields that the list returns if all are asked
 * for, without those that the stream's own schema has, or the table of the same objects. Custom fields are not included.
 * @param warn called with a message about a field that cannot become a column
 */
export const findSmartColumns = async (
  stream: StreamDefinition,
  api: Api,
  warn: (message: string) => void,
): Promise<CustomColumn[]> => {
  const { smartFields } = stream;
  if (!smartFields) return [];
  const fields = await readFields(smartFields.list, stream.name, api, warn);
  const known = { ...loadSchema(smartFields.besides).properties, ...loadSchema(stream.name).properties };
  return [...fields].flatMap(([name, sample]) => {
    if (Object.hasOwn(known, name) || isCustomKey(name)) return [];
    if (isSmartColumn(name, stream)) return [{ name, schema: smartFieldType(name, sample) }];
    warn(`the field ${name} cannot become a column`);
    return [];
  });
};
