import type { JsonLines } from '../json/lines.ts';
import type { FieldSchema } from '../json/schema-types.ts';
import { type Extras, keepField, nest } from './extras.ts';
import { NULL, type Writer } from './scalar-writers.ts';
import { ShapeCache } from './shape-cache.ts';

/** An object as parsed from JSON. */
export type WireObject = Readonly<Record<string, unknown>>;

/** Computes the value of a field from the object that will hold it. */
export type Derive = (row: WireObject) => unknown;

export type FieldSchemas = Readonly<Record<string, FieldSchema>>;

/** A field of an object that is written. */
export interface Member {
  readonly name: string;
  readonly writer: Writer;
  readonly derive: Derive | undefined;
}

/**
 * How to write rows of one shape: a step for each field that has a value, in the schema's order. Text between them is
 * ready.
 */
interface Program {
  readonly steps: readonly Step[];
  /** All text after the last value. */
  readonly rest: Buffer;
  /** The keys of the shape. The position of a step is an index into them. */
  readonly keys: readonly string[];
}

interface Step extends Member {
  readonly position: number;
  /** All text between the last value and this one: names, and null for fields without a value. */
  readonly before: Buffer;
  /** The same text, followed by null for this value. */
  readonly withNull: Buffer;
}

const never = (): boolean => false;

const ownValue = (row: WireObject, name: string): unknown =>
  Object.hasOwn(row, name) ? row[name] : undefined;

const compileProgram = (members: readonly Member[], keys: readonly string[]): Program => {
  const positions = new Map(keys.map((key, position) => [key, position]));
  const steps: Step[] = [];
  let text = '';
  for (const [index, member] of members.entries()) {
    text += `${index === 0 ? '' : ','}${JSON.stringify(member.name)}:`;
    const position = positions.get(member.name);
    if (member.derive || position !== undefined) {
      steps.push({
        // Not a spread: V8 gives the result of each spread its own hidden class, which makes reading slow.
        name: member.name,
        writer: member.writer,
        derive: member.derive,
        position: position ?? -1,
        before: Buffer.from(text),
        withNull: Buffer.from(`${text}null`),
      });
      text = '';
    } else text += 'null';
  }
  return { steps, rest: Buffer.from(text), keys };
};

/**
 * Writes the fields of an object, without the braces, in their order; null if the row has no value. It is a class, like
 * everything here that runs for each value: V8 would compile a closure again for each field of each schema.
 */
export class MembersWriter {
  readonly #members: readonly Member[];
  readonly #knows: ReadonlySet<string>;
  readonly #consumed: (key: string) => boolean;
  readonly #programs: ShapeCache<Program>;

  /**
   * @param knows keys that never go to the extras, because they have a column, selected or not
   * @param consumed keys that are in other columns
   */
  constructor(members: readonly Member[], knows: ReadonlySet<string>, consumed: (key: string) => boolean) {
    this.#members = members;
    this.#knows = knows;
    this.#consumed = consumed;
    // Keys without a column, such as those of custom fields, would make another shape for nearly every row.
    this.#programs = new ShapeCache(
      (keys) => compileProgram(members, keys),
      (key) => !knows.has(key),
    );
  }

  write(row: WireObject, out: JsonLines, extras: Extras): void {
    const present = Object.keys(row);
    const { steps, rest, keys } = this.#programs.get(present);
    // Rows have many hidden classes, so it is faster to take all values at once than to look up each one.
    const values = present.length === keys.length ? Object.values(row) : keys.map((key) => row[key]);
    for (const step of steps) {
      const value = step.derive === undefined ? values[step.position] : step.derive(row);
      if (value === null) {
        out.bytes(step.withNull);
        continue;
      }
      out.bytes(step.before);
      const from = extras.length;
      step.writer.write(value, out, extras);
      if (extras.length > from) nest(extras, from, step.name);
    }
    out.bytes(rest);
    if (present.length > keys.length) this.#keepUnknown(row, present, extras);
  }

  /**
   * Does the same for a row with a field that cannot be written, one field after the other. That field is written as
   * null, and its value in the row goes to the extras.
   * @param onFailure called with the name of each such field
   */
  writeEach(row: WireObject, out: JsonLines, extras: Extras, onFailure: (name: string) => void): void {
    let consumed = this.#consumed;
    for (const [index, { name, writer, derive }] of this.#members.entries()) {
      out.text(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
      const start = out.lineLength;
      const from = extras.length;
      try {
        writer.write(derive === undefined ? ownValue(row, name) : derive(row), out, extras);
        nest(extras, from, name);
      } catch {
        onFailure(name);
        out.cutLine(start);
        out.bytes(NULL);
        extras.length = from;
        keepField(extras, name, ownValue(row, name));
        // The values from which this column is computed are in no column now, so they go to the extras.
        if (derive !== undefined) consumed = never;
      }
    }
    this.#keepUnknown(row, Object.keys(row), extras, consumed);
  }

  #keepUnknown(row: WireObject, present: readonly string[], extras: Extras, consumed = this.#consumed): void {
    for (const key of present) {
      if (!this.#knows.has(key) && !consumed(key)) keepField(extras, key, row[key]);
    }
  }
}
