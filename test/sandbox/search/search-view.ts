import type { Micros } from '../moments.ts';
import { SortedIndex } from '../sorted-index.ts';
import type { Before, Column, Table } from '../table.ts';

export interface SearchKey {
  readonly column: Column;
  readonly direction: 1 | -1;
}

/**
 * A table as the search index knows it: without changes that it does not have yet. It keeps its
 * dates at its own (coarser) grain.
 */
export class SearchView {
  readonly table: Table;
  private grain = 1;
  private readonly clock: () => Micros;
  private pending: { ordinal: number; at: Micros }[] = [];
  private readonly old = new Map<number, Before[]>();
  private readonly indexes = new Map<string, { index: SortedIndex; type: number | undefined }>();

  constructor(table: Table, clock: () => Micros) {
    this.table = table;
    this.clock = clock;
    table.listeners.push((ordinal, before) => this.record(ordinal, before));
  }

  /** Takes every change that is older than the lag of its object. */
  advance(now: Micros, lagOf: (ordinal: number) => Micros, grain: number): void {
    if (grain !== this.grain) {
      this.grain = grain;
      this.indexes.clear();
    }
    this.pending = this.pending.filter(({ ordinal, at }) => {
      if (at + lagOf(ordinal) > now) return true;
      this.forIndexes(ordinal, (index) => index.remove(ordinal));
      const queue = this.old.get(ordinal) ?? [];
      queue.shift();
      if (queue.length === 0) this.old.delete(ordinal);
      this.forIndexes(ordinal, (index) => index.insert(ordinal));
      return false;
    });
  }

  value(column: Column, ordinal: number): Micros {
    const before = this.old.size === 0 ? undefined : this.old.get(ordinal)?.[0];
    const value = before === undefined || column === 'at' ? this.table[column][ordinal] : before[column];
    return Math.floor((value ?? 0) / this.grain) * this.grain;
  }

  alive(ordinal: number): boolean {
    const before = this.old.size === 0 ? undefined : this.old.get(ordinal)?.[0];
    return before === undefined ? this.table.alive[ordinal] === 1 : before.alive;
  }

  /** The row as the index has it; undefined if that is the present row. */
  staleText(ordinal: number): string | undefined {
    return this.old.get(ordinal)?.[0]?.text;
  }

  index(keys: readonly SearchKey[], type: number | undefined): SortedIndex {
    const name = `${keys.map((key) => `${key.column}${key.direction}`).join()}|${type ?? ''}`;
    let entry = this.indexes.get(name);
    if (entry === undefined) {
      const order = keys.map(({ column, direction }) => ({
        direction,
        value: (ordinal: number) => this.value(column, ordinal),
      }));
      entry = { type, index: new SortedIndex(order, this.ordinals(type), this.table.size + 256) };
      this.indexes.set(name, entry);
    }
    return entry.index;
  }

  private *ordinals(type: number | undefined): Generator<number> {
    for (let ordinal = 0; ordinal < this.table.size; ordinal++)
      if (this.alive(ordinal) && (type === undefined || this.table.type[ordinal] === type)) yield ordinal;
  }

  private record(ordinal: number, before: Before): void {
    this.pending.push({ ordinal, at: this.clock() });
    const queue = this.old.get(ordinal);
    if (queue === undefined) this.old.set(ordinal, [before]);
    else queue.push(before);
  }

  private forIndexes(ordinal: number, visit: (index: SortedIndex) => void): void {
    if (!this.alive(ordinal)) return;
    for (const { index, type } of this.indexes.values())
      if (type === undefined || this.table.type[ordinal] === type) visit(index);
  }
}
