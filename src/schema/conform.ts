import { isRecord } from '../json/is-record.ts';
import type { JsonLines } from '../json/lines.ts';
import type { FieldSchema, ObjectSchema } from '../json/schema-types.ts';
import { EXTRA } from '../own-columns.ts';
import { ruleOf } from '../secrets.ts';
import { type Extras, renderExtras } from './extras.ts';
import {
  type Derive,
  type FieldSchemas,
  type Member,
  MembersWriter,
  type WireObject,
} from './members-writer.ts';
import { CLOSE, ListWriter, ObjectWriter, OPEN } from './nested-writers.ts';
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
  /** The fields that are emitted: the stream's schema after selection. */
  readonly schema: ObjectSchema;
  /** All fields of the stream, selected or not. A field that is known never goes to `_extra`. */
  readonly known: ObjectSchema;
  /**
   * Columns whose value is computed from the whole row, by name. The path of a nested column, such as `envelope.date`,
   * has a function that is given the object that holds the column.
   */
  readonly derive?: Readonly<Record<string, Derive>>;
  /**
   * Whether a key of the row is in other columns already, so that it does not go to `_extra`. Keys of nested objects
   * are paths.
   */
  readonly consumed?: (path: string) => boolean;
  /** Whether another column holds the same value, so that a value which does not fit does not go to `_extra`. */
  readonly keptElsewhere?: (column: string) => boolean;
  /** Whether the row is about a webhook. Then only the origin of each URL in it is emitted. */
  readonly originsOnly?: (row: WireObject) => boolean;
  /** Called with a row if one of its values could not be written as the type of its column. */
  readonly onRepair?: (row: WireObject, repair: Repair) => void;
}

/**
 * What was done with a value: `deep`, it is nested too deep and was written as text; `failed`, it was moved to
 * `_extra`.
 */
export interface Repair {
  readonly kind: 'deep' | 'failed';
  /** The column of a value that failed, or null. */
  readonly column: string | null;
}

const never = (): boolean => false;

/**
 * A copy of a row with the origins of its URLs only. It is made through its JSON text, so no depth overflows the stack.
 */
const withOriginsOnly = (row: WireObject): WireObject => {
  const copy: unknown = JSON.parse(carefulText(row, true).text);
  return isRecord(copy) ? copy : {};
};

/** Whether a column may hold a secret, by its name. A boolean cannot. */
const isSecretColumn = (name: string, { type: [type] }: FieldSchema): boolean =>
  type !== 'boolean' && ruleOf(name, 'some text') === 'secret';

/**
 * Compiles a schema and a selection into the function that turns each row into a record. A record has exactly the
 * fields of the schema, in the order of the schema. Values that have no field go to `_extra`, which is the last field.
 * A value that cannot be converted to the type of its field goes to `_extra` too, so no row that came as JSON makes it
 * throw.
 * @returns writes the record as JSON text to `out`
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
  // If a row has a key with this name, it is not our column.
  knows.delete(EXTRA);
  const writer = new MembersWriter(members, knows, consumed);
  const beforeExtra = Buffer.from(`${members.length === 0 ? '' : ','}"${EXTRA}":`);

  const write = (row: WireObject, out: JsonLines, onFailure: ((name: string) => void) | null): void => {
    const extras: Extras = [];
    out.bytes(OPEN);
    if (onFailure === null) writer.write(row, out, extras);
    else writer.writeEach(row, out, extras, onFailure);
    // Written last, whatever the schema's order: only now its value is known.
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
