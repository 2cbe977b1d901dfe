/** One key of an order: the value of a column for an ordinal, ascending (1) or descending (-1). */
export interface OrderKey {
  readonly value: (ordinal: number) => number;
  readonly direction: 1 | -1;
}

/**
 * The ordinals of the existing rows of a table in one order, kept sorted while rows are added, removed and changed. The
 * ordinal is the last key, so no two rows are equal, and a binary search finds every position.
 */
export class SortedIndex {
  length = 0;
  private order: Uint32Array;
  private readonly keys: readonly OrderKey[];

  constructor(keys: readonly OrderKey[], ordinals: Iterable<number>, capacity: number) {
    this.keys = keys;
    this.order = new Uint32Array(Math.max(capacity, 16));
    for (const ordinal of ordinals) this.order[this.length++] = ordinal;
    const filled = this.order.subarray(0, this.length);
    if (keys.length > 0) filled.sort((a, b) => this.compare(a, b));
  }

  at(position: number): number {
    return this.order[position] ?? -1;
  }

  compare(a: number, b: number): number {
    for (const key of this.keys) {
      const difference = key.value(a) - key.value(b);
      if (difference !== 0) return difference * key.direction;
    }
    return a - b;
  }

  /** The first position whose row is not before the given key values (and ordinal, for an exact position). */
  lowerBound(values: readonly number[], ordinal = -1): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.against(this.at(middle), values, ordinal) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private against(candidate: number, values: readonly number[], ordinal: number): number {
    for (let i = 0; i < values.length; i++) {
      const key = this.keys[i];
      if (key === undefined) break;
      const difference = key.value(candidate) - (values[i] ?? 0);
      if (difference !== 0) return difference * key.direction;
    }
    return candidate - ordinal;
  }

  insert(ordinal: number): void {
    if (this.length === this.order.length) {
      const grown = new Uint32Array(this.order.length * 2);
      grown.set(this.order);
      this.order = grown;
    }
    const place = this.place(ordinal);
    this.order.copyWithin(place + 1, place, this.length);
    this.order[place] = ordinal;
    this.length += 1;
  }

  /** Call this while the columns still have the values with which the ordinal was inserted. */
  remove(ordinal: number): void {
    const place = this.place(ordinal);
    if (this.order[place] !== ordinal || place >= this.length) return;
    this.order.copyWithin(place, place + 1, this.length);
    this.length -= 1;
  }

  private place(ordinal: number): number {
    return this.lowerBound(
      this.keys.map((key) => key.value(ordinal)),
      ordinal,
    );
  }
}
