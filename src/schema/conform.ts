import type { JsonLines } from '../json-lines.ts';
import type { FieldSchema, ObjectSchema } from '../json-schema.ts';
import { type Extras, isEmpty, nest, renderExtras } from './extras.ts';
import { type Derive, type Fields, type Member, MembersWriter, type Row } from './members-writer.ts';
import { NULL, scalarWriter, type Writer } from './scalar-writers.ts';

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

const never = (): boolean => false;

const OPEN = Buffer.from('{');
const CLOSE = Buffer.from('}');
const OPEN_LIST = Buffer.from('[');
const CLOSE_LIST = Buffer.from(']');
const COMMA = Buffer.from(',');

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class ObjectWriter implements Writer {
  readonly #members: MembersWriter;
  readonly #hasId: boolean;

  constructor(members: MembersWriter, hasId: boolean) {
    this.#members = members;
    this.#hasId = hasId;
  }

  write(value: unknown, out: JsonLines, extras: Extras): void {
    if (isRow(value)) this.#put(value, out, extras);
    // Close turned lists of objects into lists of their ids before.
    else if (this.#hasId && typeof value === 'string' && value !== '') this.#put({ id: value }, out, extras);
    else {
      if (!isEmpty(value)) extras.push({ path: '', value });
      out.bytes(NULL);
    }
  }

  #put(row: Row, out: JsonLines, extras: Extras): void {
    out.bytes(OPEN);
    this.#members.write(row, out, extras);
    out.bytes(CLOSE);
  }
}

/** A single value where a list is declared is a list of one. */
class ListWriter implements Writer {
  readonly #items: Writer;

  constructor(items: Writer) {
    this.#items = items;
  }

  write(value: unknown, out: JsonLines, extras: Extras): void {
    if (isEmpty(value)) {
      out.bytes(NULL);
      return;
    }
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    out.bytes(OPEN_LIST);
    let index = 0;
    for (const item of items) {
      const from = extras.length;
      if (index > 0) out.bytes(COMMA);
      this.#items.write(item, out, extras);
      if (extras.length > from) nest(extras, from, String(index));
      index += 1;
    }
    out.bytes(CLOSE_LIST);
  }
}

/**
 * Compiles schema and selection into the function that every record passes: one walk over the row's own keys, which
 * writes exactly the schema's keys in the schema's order. What the schema has no place for goes to `_extra`, the last
 * of them.
 * @returns puts the record as JSON text
 */
export const compileConform = ({
  schema,
  known,
  derive = {},
  consumed = never,
}: ConformOptions): ((row: Row, out: JsonLines) => void) => {
  const derived = new Map(Object.entries(derive));

  const membersOf = (fields: Fields, all: Fields, path: string): Member[] =>
    Object.entries(fields).map(([name, field]) => ({
      name,
      writer: compileWriter(
        field,
        Object.hasOwn(all, name) ? (all[name] ?? field) : field,
        `${path}${name}.`,
      ),
      derive: derived.get(`${path}${name}`),
    }));

  const compileWriter = (field: FieldSchema, all: FieldSchema, path: string): Writer => {
    if (field.items) return new ListWriter(compileWriter(field.items, all.items ?? field.items, path));
    if (field.properties) return compileObject(field.properties, all.properties ?? field.properties, path);
    return scalarWriter(field);
  };

  const compileObject = (fields: Fields, all: Fields, path: string): Writer => {
    const members = new MembersWriter(membersOf(fields, all, path), new Set(Object.keys(all)), never);
    return new ObjectWriter(members, Object.hasOwn(all, 'id'));
  };

  const { [EXTRA]: extra, ...columns } = schema.properties;
  const members = membersOf(columns, known.properties, '');
  const knows = new Set([...Object.keys(known.properties), ...Object.keys(columns)]);
  // A key of the row that is called so is not the column.
  knows.delete(EXTRA);
  const writer = new MembersWriter(members, knows, consumed);
  const beforeExtra = Buffer.from(`${members.length === 0 ? '' : ','}"${EXTRA}":`);
  return (row, out) => {
    const extras: Extras = [];
    out.bytes(OPEN);
    writer.write(row, out, extras);
    // Last, wherever the schema has it: only now is it known.
    if (extra) {
      out.bytes(beforeExtra);
      if (extras.length === 0) out.bytes(NULL);
      else out.string(renderExtras(extras));
    }
    out.bytes(CLOSE);
  };
};
