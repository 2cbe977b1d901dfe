import { makeId, readId } from './ids.ts';
import type { Micros } from './moments.ts';
import { type OrderKey, SortedIndex } from './sorted-index.ts';
import { TextCache } from './text-cache.ts';

export type Row = Record<string, unknown>;

export interface TableOptions {
  readonly kind: string;
  readonly seed: number;
  readonly capacity: number;
  readonly prefix: (type: number) => string;
  /** Makes the row from the columns and the seed, without edits. */
  readonly render: (ordinal: number) => Row;
  /** The same without its children, as an event shows it. */
  readonly bare: (ordinal: number) => Row;
  /** Writes a date as this kind does, with or without a zone. */
  readonly date: (at: Micros) => string;
}

/** A row before a change. The search index sends it until it has the change. */
export interface Before {
  readonly alive: boolean;
  readonly created: Micros;
  readonly updated: Micros;
  readonly text: string;
}

export type Column = 'created' | 'updated' | 'at';

/** Used as the type of an index, it means every type except this one. */
export function butNot(type: number): number {
  return -1 - type;
}

/**
 * One kind of object, up to millions of them. A few typed columns are used to filter and sort. Everything else is made
 * from the seed when it is asked for, and edits are kept as patches.
 */
export class Table {
  size = 0;
  live = 0;
  created: Float64Array;
  updated: Float64Array;
  /** The activity_at of activities, the `date` of tasks, the date_won of opportunities. */
  at: Float64Array;
  lead: Int32Array;
  type: Uint8Array;
  /** Another object that this one refers to: the thread of an e-mail, the object of an event. */
  ref: Int32Array;
  alive: Uint8Array;
  /** When objects were deleted. */
  readonly left = new Map<number, Micros>();
  /** Called with every change, and the row before it. The search index of each sandbox uses it. */
  readonly listeners: ((ordinal: number, before: Before) => void)[] = [];
  readonly kind: string;
  private readonly options: TableOptions;
  private readonly patches = new Map<number, Row>();
  /** For each row that has changed: how it was before its first change. */
  private readonly originals = new Map<number, Row>();
  private readonly cache = new TextCache();
  private readonly indexes = new Map<string, { index: SortedIndex; type: number | undefined }>();
  private children: Map<number, Set<number>> | undefined;

  constructor(options: TableOptions) {
    this.options = options;
    this.kind = options.kind;
    const capacity = options.capacity + 256;
    this.created = new Float64Array(capacity);
    this.updated = new Float64Array(capacity);
    this.at = new Float64Array(capacity);
    this.lead = new Int32Array(capacity).fill(-1);
    this.type = new Uint8Array(capacity);
    this.ref = new Int32Array(capacity).fill(-1);
    this.alive = new Uint8Array(capacity);
  }

  /** Adds a row. Fill its columns before an index is used, or add it inside `change`. */
  allocate(): number {
    if (this.size === this.created.length) this.grow();
    return this.size++;
  }

  id(ordinal: number): string {
    return makeId(this.options.prefix(this.type[ordinal] ?? 0), this.options.seed, ordinal);
  }

  /** The ordinal of an existing object, or -1. */
  find(id: string): number {
    const ordinal = readId(id);
    return ordinal >= 0 && ordinal < this.size && this.alive[ordinal] === 1 && this.id(ordinal) === id
      ? ordinal
      : -1;
  }

  /** The row as it was generated, without edits, but with its present dates and lead. */
  base(ordinal: number): Row {
    return this.options.render(ordinal);
  }

  /** The row as the account began with it, without its children. Events from before its first change show it so. */
  original(ordinal: number): Row {
    return this.originals.get(ordinal) ?? this.options.bare(ordinal);
  }

  row(ordinal: number): Row {
    const patch = this.patches.get(ordinal);
    const row = this.base(ordinal);
    return patch === undefined ? row : Object.assign(row, patch);
  }

  patch(ordinal: number): Row | undefined {
    return this.patches.get(ordinal);
  }

  text(ordinal: number): string {
    return this.cache.text(ordinal, (n) => this.row(n));
  }

  /** The row as JSON with fewer fields. The last result is remembered. */
  cut(ordinal: number, by: string, make: (row: Row) => string): string {
    return this.cache.cut(ordinal, by, () => make(this.row(ordinal)));
  }

  /** Applies an edit to columns and patch, and moves the row in every index. */
  change(ordinal: number, edit: () => void, patch?: Row): void {
    const wasAlive = this.alive[ordinal] === 1;
    const before: Before | undefined =
      this.listeners.length === 0
        ? undefined
        : {
            alive: wasAlive,
            created: this.created[ordinal] ?? 0,
            updated: this.updated[ordinal] ?? 0,
            text: wasAlive ? this.text(ordinal) : '',
          };
    if (wasAlive) {
      if (!this.originals.has(ordinal)) this.originals.set(ordinal, this.original(ordinal));
      this.forIndexes(ordinal, (index) => index.remove(ordinal));
    }
    this.children?.get(this.lead[ordinal] ?? -1)?.delete(ordinal);
    edit();
    if (patch !== undefined) this.patches.set(ordinal, { ...this.patches.get(ordinal), ...patch });
    this.forget(ordinal);
    const isAlive = this.alive[ordinal] === 1;
    if (isAlive) {
      this.forIndexes(ordinal, (index) => index.insert(ordinal));
      this.link(ordinal);
    }
    this.live += Number(isAlive) - Number(wasAlive);
    if (before !== undefined) for (const listener of this.listeners) listener(ordinal, before);
  }

  forget(ordinal: number): void {
    this.cache.forget(ordinal);
  }

  forgetAll(): void {
    this.cache.forgetAll();
  }

  /** The existing rows in the order of these columns: of all types, of one type, or of all except one (`butNot`). */
  index(columns: readonly Column[], type?: number): SortedIndex {
    const name = `${columns.join()}|${type ?? ''}`;
    let entry = this.indexes.get(name);
    if (entry === undefined) {
      const keys: OrderKey[] = columns.map((column) => ({
        value: (ordinal) => this[column][ordinal] ?? 0,
        direction: 1,
      }));
      entry = { type, index: new SortedIndex(keys, this.ordinals(type), this.size + 256) };
      this.indexes.set(name, entry);
    }
    return entry.index;
  }

  *ordinals(type?: number): Generator<number> {
    for (let ordinal = 0; ordinal < this.size; ordinal++)
      if (this.alive[ordinal] === 1 && this.isOf(ordinal, type)) yield ordinal;
  }

  /** The existing children of a lead, lowest ordinal first. */
  ofLead(lead: number): number[] {
    if (this.children === undefined) {
      this.children = new Map();
      for (const ordinal of this.ordinals()) this.link(ordinal);
    }
    return [...(this.children.get(lead) ?? [])].sort((a, b) => a - b);
  }

  private link(ordinal: number): void {
    const lead = this.lead[ordinal] ?? -1;
    if (this.children === undefined || lead < 0) return;
    const siblings = this.children.get(lead);
    if (siblings === undefined) this.children.set(lead, new Set([ordinal]));
    else siblings.add(ordinal);
  }

  private isOf(ordinal: number, type: number | undefined): boolean {
    if (type === undefined) return true;
    return type >= 0 ? this.type[ordinal] === type : this.type[ordinal] !== -1 - type;
  }

  private forIndexes(ordinal: number, visit: (index: SortedIndex) => void): void {
    for (const { index, type } of this.indexes.values()) if (this.isOf(ordinal, type)) visit(index);
  }

  private grow(): void {
    const larger = <T extends Float64Array | Int32Array | Uint8Array>(column: T, empty: T): T => {
      empty.set(column);
      return empty;
    };
    const n = this.created.length * 2;
    this.created = larger(this.created, new Float64Array(n));
    this.updated = larger(this.updated, new Float64Array(n));
    this.at = larger(this.at, new Float64Array(n));
    this.lead = larger(this.lead, new Int32Array(n).fill(-1));
    this.type = larger(this.type, new Uint8Array(n));
    this.ref = larger(this.ref, new Int32Array(n).fill(-1));
    this.alive = larger(this.alive, new Uint8Array(n));
  }
}
