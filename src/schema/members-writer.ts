import type { JsonLines } from '../json/lines.ts';
import type { FieldSchema } from '../json/schema-types.ts';
import { type Extras, keepField, nest } from './extras.ts';
import { NULL, type Writer } from './scalar-writers.ts';
import { ShapeCache } from './shape-cache.ts';

/** An object as parsed from JSON. */
export type WireObject = Readonly<Record<string, unknown>>;

/** Computes a value from the object that is to hold it. */
export type Derive = (row: WireObject) => unknown;

export type FieldSchemas = Readonly<Record<string, FieldSchema>>;

export interface Member {
  readonly name: string;
  readonly writer: Writer;
  readonly derive: Derive | undefined;
}

/** What to do for rows of one shape: their keys in the schema's order, the runs of absent ones encoded beforehand. */
interface Program {
  readonly steps: readonly Step[];
  /** All text after the last value. */
  readonly rest: Buffer;
  /** The keys of the shape; steps are positions among them. */
  readonly keys: readonly string[];
}

interface Step extends Member {
  readonly position: number;
  /** All text between the former value and this one. */
  readonly before: Buffer;
  /** The same, and null in the value's place. */
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
        // Not spread: V8 gives each result of a spread a hidden class of its own, and reading them is slow then.
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
 * Writes an object's members, without the braces: each of them in its order, null where the row has none. A class, as
 * all that runs for every value here: V8 would compile a closure anew for each field of each schema.
 */
export class MembersWriter {
  readonly #members: readonly Member[];
  readonly #knows: ReadonlySet<string>;
  readonly #consumed: (key: string) => boolean;
  readonly #programs: ShapeCache<Program>;

  /**
   * @param knows keys that are never extra, because a column holds them or was deselected
   * @param consumed keys that other columns represent
   */
  constructor(members: readonly Member[], knows: ReadonlySet<string>, consumed: (key: string) => boolean) {
    this.#members = members;
    this.#knows = knows;
    this.#consumed = consumed;
    // Keys that no column has, each custom field one, would make a shape of nearly every row.
    this.#programs = new ShapeCache(
      (keys) => compileProgram(members, keys),
      (key) => !knows.has(key),
    );
  }

  write(row: WireObject, out: JsonLines, extras: Extras): void {
    const present = Object.keys(row);
    const { steps, rest, keys } = this.#programs.get(present);
    // Rows differ in their hidden class, so that taking all values at once beats looking each one up.
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
   * Does the same for a row with a member that cannot be written, one member after the other. That member is written as
   * null, and the row's value for it is kept as an extra.
   * @param onFailure called with the name of each such member
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
        // The values that this column is made from are not in it, so they are kept as extras.
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
