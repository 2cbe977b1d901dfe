import type { FieldSchema, ObjectSchema } from '../json-schema.ts';
import { type Extras, isEmpty, nest, renderExtras } from './extras.ts';
import { compileMembers, type Derive, type Fields, type Member, type Row } from './members-writer.ts';
import { plainTextOf, scalarWriter, type Writer } from './scalar-writers.ts';

export type { Row };

export interface ConformOptions {
  /** What is emitted: the schema after selection. */
  readonly schema: ObjectSchema;
  /** Everything known, selected or not: known keys never go to `_extra`. */
  readonly known: ObjectSchema;
  /**
   * Columns computed from the whole row instead of read from the key of that name. A path such as `envelope.date`
   * computes a nested one from the object that holds it.
   */
  readonly derive?: Readonly<Record<string, Derive>>;
  /** Keys of the row that are represented by other columns, so not `_extra`. */
  readonly consumed?: (key: string) => boolean;
}

const EXTRA = '_extra';

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const never = (): boolean => false;
const always = (): boolean => true;

/** Members whose row's other keys are of no interest. */
const membersAlone = (members: readonly Member[]): ReturnType<typeof compileMembers> => {
  const names = new Set(members.map(({ name }) => name));
  return compileMembers(members, (key) => names.has(key), always);
};

/**
 * Compiles schema and selection into the function that every record passes: one walk over the row's own keys, which
 * writes exactly the schema's keys in the schema's order. What the schema has no place for goes to `_extra`.
 * @returns the record as JSON text
 */
export const compileConform = ({
  schema,
  known,
  derive = {},
  consumed = never,
}: ConformOptions): ((row: Row) => string) => {
  const derived = new Map(Object.entries(derive));

  const membersOf = (fields: Fields, all: Fields, path: string): Member[] =>
    Object.entries(fields).map(([name, field]) => ({
      name,
      write: compileWriter(field, Object.hasOwn(all, name) ? (all[name] ?? field) : field, `${path}${name}.`),
      plain: plainTextOf(field),
      derive: derived.get(`${path}${name}`),
    }));

  const compileWriter = (field: FieldSchema, all: FieldSchema, path: string): Writer => {
    if (field.items) return arrayWriter(compileWriter(field.items, all.items ?? field.items, path));
    if (field.properties) return objectWriter(field.properties, all.properties ?? field.properties, path);
    return scalarWriter(field);
  };

  const objectWriter = (fields: Fields, all: Fields, path: string): Writer => {
    const write = compileMembers(membersOf(fields, all, path), (key) => Object.hasOwn(all, key), never);
    const hasId = Object.hasOwn(all, 'id');
    return (value, extras) => {
      if (isRow(value)) return `{${write(value, extras)}}`;
      // Close turned lists of objects into lists of their ids before.
      if (hasId && typeof value === 'string' && value !== '') return `{${write({ id: value }, extras)}}`;
      if (!isEmpty(value)) extras.push({ path: '', value });
      return 'null';
    };
  };

  const names = Object.keys(schema.properties);
  const members = membersOf(schema.properties, known.properties, '');
  const knows = (key: string): boolean =>
    key !== EXTRA && (Object.hasOwn(known.properties, key) || Object.hasOwn(schema.properties, key));
  const split = names.indexOf(EXTRA);
  // Without the column nobody asks for extras.
  if (split < 0) {
    const write = membersAlone(members);
    return (row) => `{${write(row, [])}}`;
  }
  const writeHead = compileMembers(members.slice(0, split), knows, consumed);
  // Columns that were added to the schema as shipped.
  const tail = members.slice(split + 1);
  const writeTail = membersAlone(tail);
  const comma = split === 0 ? '' : ',';
  return (row) => {
    const extras: Extras = [];
    const before = writeHead(row, extras);
    const after = tail.length === 0 ? '' : `,${writeTail(row, extras)}`;
    return `{${before}${comma}"${EXTRA}":${renderExtras(extras)}${after}}`;
  };
};

/** A single value where a list is declared is a list of one. */
const arrayWriter =
  (write: Writer): Writer =>
  (value, extras) => {
    if (isEmpty(value)) return 'null';
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) return '[]';
    let text = '';
    let index = 0;
    for (const item of items) {
      const from = extras.length;
      if (index > 0) text += ',';
      text += write(item, extras);
      if (extras.length > from) nest(extras, from, String(index));
      index += 1;
    }
    return `[${text}]`;
  };
