import type { Bounds } from './call.ts';
import { mix } from './random.ts';
import type { SortedIndex } from './sorted-index.ts';
import type { Column, Table } from './table.ts';

/** The rows that a list asks a table for. */
export interface Query {
  readonly table: Table;
  readonly order: Column;
  readonly descending: boolean;
  readonly bounds: ReadonlyMap<Column, Bounds>;
  readonly type?: number | undefined;
  readonly test?: ((ordinal: number) => boolean) | undefined;
  /** Only these objects (`id__in`, `lead_id`) and not the whole table. */
  readonly among?: readonly number[] | undefined;
  /** Rows with the same date come in another order at every request. */
  readonly unstable?: boolean;
  /** Rows come in an order that has nothing to do with their dates. */
  readonly unordered?: boolean;
}

export interface Hits {
  take(skip: number, limit: number): number[];
  count(): number;
}

/** Uses binary search if the bounds are on the column of the order, and a short scan otherwise. */
export function runQuery(query: Query): Hits {
  if (query.unordered) return inNoOrder(query);
  const few = query.among ?? narrow(query);
  if (few !== undefined) return overList(query, few);
  const index = query.table.index([query.order], query.type);
  const own = query.bounds.get(query.order);
  const low = own ? index.lowerBound([own.low]) : 0;
  const high = own ? index.lowerBound([own.high]) : index.length;
  const test = testOf(query, query.order);
  const place = tiesShuffled(query, index);
  const at = (n: number) => index.at(place(query.descending ? high - 1 - n : low + n));
  const size = Math.max(0, high - low);
  if (test === undefined)
    return {
      count: () => size,
      take: (skip, limit) => Array.from({ length: clamp(size - skip, limit) }, (_, n) => at(skip + n)),
    };
  return {
    count: () => {
      let total = 0;
      for (let n = 0; n < size; n++) if (test(at(n))) total += 1;
      return total;
    },
    take: (skip, limit) => {
      const found: number[] = [];
      let left = skip;
      for (let n = 0; n < size && found.length < limit; n++) {
        const ordinal = at(n);
        if (!test(ordinal)) continue;
        if (left > 0) left -= 1;
        else found.push(ordinal);
      }
      return found;
    },
  };
}

/** Always the same order, as an index by id would give. */
function inNoOrder(query: Query): Hits {
  const all = runQuery({ ...query, unordered: false });
  const found = all.take(0, query.table.size).sort((a, b) => mix(0x0dd, a) - mix(0x0dd, b));
  return { count: all.count, take: (skip, limit) => found.slice(skip, skip + limit) };
}

function clamp(available: number, limit: number): number {
  return Math.max(0, Math.min(available, limit));
}

/** The rows within bounds on another column than that of the order, if they are a small part of the table. */
function narrow({ table, order, bounds, type }: Query): number[] | undefined {
  for (const [column, { low, high }] of bounds) {
    if (column === order) continue;
    const index = table.index([column], type);
    const [from, to] = [index.lowerBound([low]), index.lowerBound([high])];
    if ((to - from) * 8 > index.length) continue;
    return Array.from({ length: Math.max(0, to - from) }, (_, n) => index.at(from + n));
  }
  return undefined;
}

function overList(query: Query, ordinals: readonly number[]): Hits {
  const { table, order, descending } = query;
  const test = testOf(query, undefined);
  const sign = descending ? -1 : 1;
  const column = table[order];
  const found = ordinals
    .filter((ordinal) => test?.(ordinal) ?? true)
    .sort((a, b) => sign * ((column[a] ?? 0) - (column[b] ?? 0) || a - b));
  return { count: () => found.length, take: (skip, limit) => found.slice(skip, skip + limit) };
}

function testOf({ table, bounds, test }: Query, done: Column | undefined): Query['test'] {
  const rest = [...bounds].filter(([column]) => column !== done);
  if (rest.length === 0) return test;
  return (ordinal) =>
    rest.every(([column, { low, high }]) => {
      const value = table[column][ordinal] ?? 0;
      return value >= low && value < high;
    }) &&
    (test?.(ordinal) ?? true);
}

let draws = 0;

/** Rotates rows with the same date differently at each request. */
function tiesShuffled(query: Query, index: SortedIndex): (position: number) => number {
  if (query.unstable !== true) return (position) => position;
  const column = query.table[query.order];
  draws += 1;
  const draw = mix(0x71e5, draws) / 2 ** 32;
  return (position) => {
    const value = column[index.at(position)] ?? 0;
    const low = index.lowerBound([value]);
    const size = index.lowerBound([value], Number.MAX_SAFE_INTEGER) - low;
    return size < 2 ? position : low + ((position - low + Math.floor(draw * size)) % size);
  };
}
