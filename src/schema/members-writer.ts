import type { FieldSchema } from '../json-schema.ts';
import { type Extras, isEmpty, nest } from './extras.ts';
import type { PlainText, Writer } from './scalar-writers.ts';
import { createShapeCache } from './shape-cache.ts';

/** An object as parsed from JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** Computes a value from the object that is to hold it. */
export type Derive = (row: Row) => unknown;

export type Fields = Readonly<Record<string, FieldSchema>>;

export interface Member {
  readonly name: string;
  readonly write: Writer;
  /** Set where text usually needs no more than quotes: that text, or null to have it written by `write`. */
  readonly plain: PlainText | null;
  readonly derive: Derive | undefined;
}

/** Text between two values: as it is, and with the closing quote of a text before it. */
type Between = readonly [string, string];

/** What to do for rows of one shape: their keys in the schema's order, the runs of absent ones rendered beforehand. */
interface Program {
  readonly steps: readonly Step[];
  readonly rest: Between;
  /** The keys of the shape; steps are positions among them. */
  readonly keys: readonly string[];
}

interface Step extends Member {
  readonly position: number;
  /** All text between the former value and this one. */
  readonly before: Between;
  /** The same, and the opening quote. */
  readonly beforeText: Between;
  /** The same, and null in the value's place. */
  readonly withNull: Between;
}

/** Joined, not added up: `+` makes a rope, which would be walked again for every record that it is put in. */
const between = (...parts: readonly string[]): Between => [parts.join(''), ['"', ...parts].join('')];

const compileProgram = (members: readonly Member[], keys: readonly string[]): Program => {
  const positions = new Map(keys.map((key, position) => [key, position]));
  const steps: Step[] = [];
  let parts: string[] = [];
  for (const [index, member] of members.entries()) {
    parts.push(index === 0 ? '' : ',', JSON.stringify(member.name), ':');
    const position = positions.get(member.name);
    if (member.derive || position !== undefined) {
      steps.push({
        ...member,
        position: position ?? -1,
        before: between(...parts),
        beforeText: between(...parts, '"'),
        withNull: between(...parts, 'null'),
      });
      parts = [];
    } else parts.push('null');
  }
  return { steps, rest: between(...parts), keys };
};

/**
 * Writes an object's members, without the braces: each of `members` in order, null where the row has none.
 * @param knows keys that are never extra, because a column holds them or was deselected
 * @param consumed keys that other columns represent
 */
export const compileMembers = (
  members: readonly Member[],
  knows: (key: string) => boolean,
  consumed: (key: string) => boolean,
): ((row: Row, extras: Extras) => string) => {
  // Keys that no column has, each custom field one, would make a shape of nearly every row.
  const programOf = createShapeCache(
    (keys) => compileProgram(members, keys),
    (key) => !knows(key),
  );

  return (row, extras) => {
    const present = Object.keys(row);
    const { steps, rest, keys } = programOf(present);
    // Rows differ in their hidden class, so that taking all values at once beats looking each one up.
    const values = present.length === keys.length ? Object.values(row) : keys.map((key) => row[key]);
    let text = '';
    // 1 while a text waits for its closing quote, which the next piece brings: every piece costs, however short.
    let open: 0 | 1 = 0;
    for (const step of steps) {
      const value = step.derive === undefined ? values[step.position] : step.derive(row);
      if (value === null) {
        text += step.withNull[open];
        open = 0;
        continue;
      }
      const plain = typeof value === 'string' && step.plain !== null ? step.plain(value) : null;
      if (plain !== null) {
        text += step.beforeText[open];
        text += plain;
        open = 1;
        continue;
      }
      text += step.before[open];
      open = 0;
      const from = extras.length;
      text += step.write(value, extras);
      if (extras.length > from) nest(extras, from, step.name);
    }
    if (present.length > keys.length) {
      for (const key of present) {
        if (!knows(key) && !consumed(key) && !isEmpty(row[key])) extras.push({ path: key, value: row[key] });
      }
    }
    return text + rest[open];
  };
};
