import { START } from '../time/span.ts';

/** Ids are kept in buffers of this size, as UTF-8, each after its length. */
const CHUNK_BYTES = 1024 * 1024;
const CHUNK_BITS = 20;
/** How many bytes an id of so many characters may take: two for the length, and at most three for a character. */
const MOST_BYTES = (length: number): number => 2 + 3 * length;
const FIRST_ROWS = 1024;

/** The FNV-1a hash of the characters. */
const hashOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

const grown = <Numbers extends Uint8Array | Uint32Array | Float64Array>(
  old: Numbers,
  bigger: Numbers,
): Numbers => {
  bigger.set(old);
  return bigger;
};

/**
 * Holds millions of ids, each with a version (an instant) and eight marks. An id takes about 80 bytes, in a few large
 * buffers, so the garbage collector has little to do. Ids have row numbers, in the order in which they were added.
 */
export class IdTable {
  readonly #chunks: Buffer[] = [];
  #end = CHUNK_BYTES;
  #places: Uint32Array = new Uint32Array(FIRST_ROWS);
  #hashes: Uint32Array = new Uint32Array(FIRST_ROWS);
  #versions: Float64Array = new Float64Array(FIRST_ROWS);
  #marks: Uint8Array = new Uint8Array(FIRST_ROWS);
  /** A hash table with open addressing. Each slot holds the number of a row plus one, or 0 if it is empty. */
  #slots: Uint32Array = new Uint32Array(2 * FIRST_ROWS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The row of an id, or -1 if the table does not have it. */
  find(id: string): number {
    return (this.#slots[this.#slotOf(id, hashOf(id))] ?? 0) - 1;
  }

  /** The row of an id. Adds the id if the table does not have it. */
  add(id: string): number {
    const hash = hashOf(id);
    const slot = this.#slotOf(id, hash);
    const known = (this.#slots[slot] ?? 0) - 1;
    if (known >= 0) return known;
    const row = this.#size;
    if (row === this.#places.length) this.#grow();
    this.#places[row] = this.#store(id);
    this.#hashes[row] = hash;
    this.#versions[row] = START;
    this.#size = row + 1;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    else this.#slots[slot] = row + 1;
    return row;
  }

  id(row: number): string {
    const place = this.#places[row] ?? 0;
    const chunk = this.#chunks[place >>> CHUNK_BITS];
    if (row < 0 || row >= this.#size || !chunk) throw new Error(`no row ${row}`);
    const at = place % CHUNK_BYTES;
    return chunk.toString('utf8', at + 2, at + 2 + chunk.readUInt16LE(at));
  }

  /** The version of a row; START until it is set. */
  version(row: number): number {
    return this.#versions[row] ?? START;
  }

  setVersion(row: number, version: number): void {
    this.#versions[row] = version;
  }

  has(row: number, mark: number): boolean {
    return ((this.#marks[row] ?? 0) & mark) !== 0;
  }

  mark(row: number, mark: number): void {
    this.#marks[row] = (this.#marks[row] ?? 0) | mark;
  }

  unmark(row: number, mark: number): void {
    this.#marks[row] = (this.#marks[row] ?? 0) & ~mark;
  }

  /** The rows that `picks` accepts, in order. */
  *rows(picks: (row: number) => boolean): Generator<number> {
    for (let row = 0; row < this.#size; row += 1) if (picks(row)) yield row;
  }

  count(picks: (row: number) => boolean): number {
    let count = 0;
    for (let row = 0; row < this.#size; row += 1) if (picks(row)) count += 1;
    return count;
  }

  /** The slot that holds the id, or the empty slot where it belongs. */
  #slotOf(id: string, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row < 0 || (this.#hashes[row] === hash && this.id(row) === id)) return slot;
    }
  }

  #store(id: string): number {
    if (this.#end + MOST_BYTES(id.length) > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#end = 0;
    }
    const number = this.#chunks.length - 1;
    const length = this.#chunks[number]?.write(id, this.#end + 2) ?? 0;
    this.#chunks[number]?.writeUInt16LE(length, this.#end);
    const place = number * CHUNK_BYTES + this.#end;
    this.#end += 2 + length;
    return place;
  }

  #grow(): void {
    const rows = 2 * this.#places.length;
    this.#places = grown(this.#places, new Uint32Array(rows));
    this.#hashes = grown(this.#hashes, new Uint32Array(rows));
    this.#versions = grown(this.#versions, new Float64Array(rows));
    this.#marks = grown(this.#marks, new Uint8Array(rows));
  }

  #rehash(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    const last = this.#slots.length - 1;
    for (let row = 0; row < this.#size; row += 1) {
      let slot = (this.#hashes[row] ?? 0) & last;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
      this.#slots[slot] = row + 1;
    }
  }
}
