import { isRecord } from '../json/is-record.ts';
import type { JsonLines } from '../json/lines.ts';
import { type Extras, isEmpty, nest } from './extras.ts';
import type { MembersWriter, WireObject } from './members-writer.ts';
import { NULL, type Writer } from './scalar-writers.ts';

export const OPEN = Buffer.from('{');
export const CLOSE = Buffer.from('}');
const OPEN_LIST = Buffer.from('[');
const CLOSE_LIST = Buffer.from(']');
const COMMA = Buffer.from(',');

/** Writes an object. If the value is a text, it is taken as the id of the object. */
export class ObjectWriter implements Writer {
  readonly #members: MembersWriter;
  readonly #hasId: boolean;

  constructor(members: MembersWriter, hasId: boolean) {
    this.#members = members;
    this.#hasId = hasId;
  }

  write(value: unknown, out: JsonLines, extras: Extras): void {
    if (isRecord(value)) this.#put(value, out, extras);
    // Close has changed lists of objects into lists of their ids before.
    else if (this.#hasId && typeof value === 'string' && value !== '') this.#put({ id: value }, out, extras);
    else {
      if (!isEmpty(value)) extras.push({ path: '', value });
      out.bytes(NULL);
    }
  }

  #put(row: WireObject, out: JsonLines, extras: Extras): void {
    out.bytes(OPEN);
    this.#members.write(row, out, extras);
    out.bytes(CLOSE);
  }
}

/** Writes a list. A single value is written as a list of one. */
export class ListWriter implements Writer {
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
