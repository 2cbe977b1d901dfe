import type { FieldSchema } from '../json/schema-types.ts';

/** A database as one target fills it: what differs in the SQL. */
export interface Dialect {
  /** The target that stores so. */
  readonly target: string;
  /** A stored column in the type that its field has. */
  readonly typed: (column: string, field: FieldSchema) => string;
  /** A row for each item of a stored list of objects, to be joined; the item is the column `value`. */
  readonly items: (list: string) => string;
}

export type DialectName = 'postgres' | 'duckdb';

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  postgres: {
    target: 'meltanolabs-target-postgres',
    typed: (column) => column,
    items: (list) => `unnest(${list})`,
  },
  duckdb: {
    target: 'target-duckdb',
    // It stores days as text and whole numbers as HUGEINT.
    typed: (column, { type: [type], format }) => {
      if (format === 'date') return `try_cast(${column} as date)`;
      return type === 'integer' ? `cast(${column} as bigint)` : column;
    },
    items: (list) => `unnest(from_json(${list}, '["json"]'))`,
  },
};
