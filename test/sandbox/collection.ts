import type { Row } from './table.ts';

/** A kind with few objects (users, statuses, templates): plain rows in insertion order. */
export class Collection {
  readonly kind: string;
  readonly prefix: string;
  /** How this kind writes dates; undefined if it has none (statuses). */
  readonly date: ((at: number) => string) | undefined;
  /** The rows from the beginning. Generated objects refer to these, whatever is added or removed later. */
  readonly initial: readonly Row[];
  private readonly rows = new Map<string, Row>();
  private list: Row[] | undefined;

  constructor(
    kind: string,
    prefix: string,
    date: ((at: number) => string) | undefined,
    rows: readonly Row[],
  ) {
    this.kind = kind;
    this.prefix = prefix;
    this.date = date;
    this.initial = rows;
    for (const row of rows) this.rows.set(String(row.id), row);
  }

  /** The rows that lists show. Users who have left are kept only for the names in old rows. */
  all(): readonly Row[] {
    this.list ??= [...this.rows.values()].filter((row) => row.$gone !== true);
    return this.list;
  }

  /** The n-th row from the beginning, as it is now. */
  at(position: number): Row | undefined {
    const row = this.initial[position];
    return row && (this.rows.get(String(row.id)) ?? row);
  }

  get(id: string): Row | undefined {
    const row = this.rows.get(id);
    return row?.$gone === true ? undefined : row;
  }

  set(row: Row): void {
    this.rows.set(String(row.id), row);
    this.list = undefined;
  }

  delete(id: string): void {
    this.rows.delete(id);
    this.list = undefined;
  }
}
