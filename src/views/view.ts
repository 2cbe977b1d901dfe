import type { Dialect } from './dialect.ts';

/** A column of a view. */
export interface ViewColumn {
  readonly name: string;
  readonly sql: string;
  /** Columns of the first view in `reads`. If one of them is missing, this column is left out. */
  readonly of?: readonly string[];
}

/** A view that reads other views. */
export interface View {
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  /** The views that it reads, and the columns that it needs of each. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  readonly columns: readonly ViewColumn[];
  /** Gives the SQL after the columns. @param view gives the name of a view in SQL */
  readonly rest: (view: (name: string) => string, dialect: Dialect) => string;
}

/** A view that can be created, with its SQL. */
export interface MadeView {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly string[];
  readonly select: string;
}

/** The SQL of a select, with one line for each column. */
export const selectOf = (columns: readonly ViewColumn[], rest: string): string =>
  `select\n${columns.map(({ name, sql }) => `  ${sql} as "${name}"`).join(',\n')}\n${rest}`;
