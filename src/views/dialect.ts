import type { FieldSchema } from '../json/schema-types.ts';

/** What differs in the SQL for a database, as one target fills it. */
export interface Dialect {
  /** The target whose tables the SQL fits. */
  readonly target: string;
  /** Gives the SQL for a stored column, with the type of its field. */
  readonly typed: (column: string, field: FieldSchema) => string;
  /** Gives the SQL for a row for each item of a stored list of objects. The column `value` has the item. */
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
    // This target stores days as text, and whole numbers as HUGEINT.
    typed: (column, { type: [type], format }) => {
      if (format === 'date') return `try_cast(${column} as date)`;
      return type === 'integer' ? `cast(${column} as bigint)` : column;
    },
    items: (list) => `unnest(from_json(${list}, '["json"]'))`,
  },
};
