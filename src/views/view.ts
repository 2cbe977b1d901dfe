import type { Dialect } from './dialect.ts';

/** A column of a view. */
export interface ViewColumn {
  readonly name: string;
  readonly sql: string;
  /** Columns of the first view that is read; where one is missing, so is this. */
  readonly of?: readonly string[];
}

/** A view over other views. */
export interface View {
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  /** The views that it reads, and of each the columns that it cannot do without. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  readonly columns: readonly ViewColumn[];
  /** What comes behind the columns. @param view how SQL names a view that it reads */
  readonly rest: (view: (name: string) => string, dialect: Dialect) => string;
}

/** A view that can be made: its statement is all there. */
export interface MadeView {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly string[];
  readonly select: string;
}

/** A select, a column a line. */
export const selectOf = (columns: readonly ViewColumn[], rest: string): string =>
  `select\n${columns.map(({ name, sql }) => `  ${sql} as "${name}"`).join(',\n')}\n${rest}`;
