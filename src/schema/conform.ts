import type { JsonLines } from '../json/lines.ts';
import type { FieldSchema, ObjectSchema } from '../json/schema-types.ts';
import { ruleOf } from '../secrets.ts';
import { type Extras, renderExtras } from './extras.ts';
import {
  type Derive,
  type FieldSchemas,
  type Member,
  MembersWriter,
  type WireObject,
} from './members-writer.ts';
import { isRow, ListWriter, ObjectWriter } from './nested-writers.ts';
import { carefulText } from './open-data.ts';
import {
  itemWriter,
  NULL,
  nothing,
  QuietWriter,
  scalarWriter,
  textWriter,
  type Writer,
} from './scalar-writers.ts';

export type { WireObject };

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
  /** Keys that are represented by other columns, so not `_extra`; those of objects inside the row by path. */
  readonly consumed?: (path: string) => boolean;
  /** Columns whose values another column holds as well: what does not fit in them is no extra. */
  readonly keptElsewhere?: (column: string) => boolean;
  /** Whether the row is about a webhook: of the URLs in it only the origin is emitted. */
  readonly originsOnly?: (row: WireObject) => boolean;
  /** Told of a row of which not everything could be written as its column says. */
  readonly onRepair?: (row: WireObject, repair: Repair) => void;
}

/** What became of a value: `deep`, nested so deep that it was kept as text; `failed`, moved to `_extra`. */
export interface Repair {
  readonly kind: 'deep' | 'failed';
  /** The column of a value that failed. */
  readonly column: string | null;
}

const EXTRA = '_extra';

const never = (): boolean => false;

const OPEN = Buffer.from('{');
const CLOSE = Buffer.from('}');

/** A copy by way of its text, which needs no stack however deep it is. */
const withOriginsOnly = (row: WireObject): WireObject => {
  const copy: unknown = JSON.parse(carefulText(row, true).text);
  return isRow(copy) ? copy : {};
};

/** Whether a column may hold a credential; a flag cannot. */
const isSecretColumn = (name: string, { type: [type] }: FieldSchema): boolean =>
  type !== 'boolean' && ruleOf(name, 'some text') === 'secret';

/**
 * Compiles schema and selection into the function that every record passes: one walk over the row's own keys, which
 * writes exactly the schema's keys in the schema's order. What the schema has no place for goes to `_extra`, the last
 * of them. It throws for no row that came as JSON: a value that cannot be converted goes to `_extra` as well.
 * @returns puts the record as JSON text
 */
export const compileConform = ({
  schema,
  known,
  derive = {},
  consumed = never,
  keptElsewhere = never,
  originsOnly = never,
  onRepair = () => {},
}: ConformOptions): ((row: WireObject, out: JsonLines) => void) => {
  const derived = new Map(Object.entries(derive));
  let isDeep = false;
  const onDeep = (): void => {
    isDeep = true;
  };
  const texts = textWriter(onDeep);

  const membersOf = (fields: FieldSchemas, all: FieldSchemas, path: string): Member[] =>
    Object.entries(fields).map(([name, field]) => ({
      name,
      writer: isSecretColumn(name, field)
        ? nothing
        : compileWriter(field, Object.hasOwn(all, name) ? (all[name] ?? field) : field, `${path}${name}.`),
      derive: derived.get(`${path}${name}`),
    }));

  const compileWriter = (field: FieldSchema, all: FieldSchema, path: string): Writer => {
    if (field.items) return new ListWriter(compileItem(field.items, all.items ?? field.items, path));
    if (field.properties) return compileObject(field.properties, all.properties ?? field.properties, path);
    return scalarWriter(field, texts);
  };

  const compileItem = (items: FieldSchema, all: FieldSchema, path: string): Writer =>
    items.items || items.properties ? compileWriter(items, all, path) : itemWriter(items, texts);

  const compileObject = (fields: FieldSchemas, all: FieldSchemas, path: string): Writer => {
    const consumedHere = (key: string): boolean => consumed(`${path}${key}`);
    const members = new MembersWriter(membersOf(fields, all, path), new Set(Object.keys(all)), consumedHere);
    return new ObjectWriter(members, Object.hasOwn(all, 'id'));
  };

  const { [EXTRA]: extra, ...columns } = schema.properties;
  const members = membersOf(columns, known.properties, '').map((member) =>
    keptElsewhere(member.name) ? { ...member, writer: new QuietWriter(member.writer) } : member,
  );
  const knows = new Set([...Object.keys(known.properties), ...Object.keys(columns)]);
  // A key of the row that is called so is not the column.
  knows.delete(EXTRA);
  const writer = new MembersWriter(members, knows, consumed);
  const beforeExtra = Buffer.from(`${members.length === 0 ? '' : ','}"${EXTRA}":`);

  const write = (row: WireObject, out: JsonLines, onFailure: ((name: string) => void) | null): void => {
    const extras: Extras = [];
    out.bytes(OPEN);
    if (onFailure === null) writer.write(row, out, extras);
    else writer.writeEach(row, out, extras, onFailure);
    // Last, wherever the schema has it: only now is it known.
    if (extra) {
      out.bytes(beforeExtra);
      if (extras.length === 0) out.bytes(NULL);
      else out.string(renderExtras(extras, onDeep));
    }
    out.bytes(CLOSE);
  };

  return (row, out) => {
    const start = out.lineLength;
    isDeep = false;
    const shown = originsOnly(row) ? withOriginsOnly(row) : row;
    try {
      write(shown, out, null);
    } catch {
      out.cutLine(start);
      write(shown, out, (column) => onRepair(row, { kind: 'failed', column }));
    }
    if (isDeep) onRepair(row, { kind: 'deep', column: null });
  };
};
