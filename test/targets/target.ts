import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../setup/run.ts';
import type { Fields, Property, Schema, TargetCommand } from './pipeline.ts';
import type { Nature } from './stored-values.ts';

export interface StoredTable {
  readonly rows: readonly Fields[];
  /** The types of the columns; none if files have no types. */
  readonly types: Readonly<Record<string, string>>;
  /** The columns of the primary key. */
  readonly keys: readonly string[];
  /** The names of the columns in the target, if they differ. */
  readonly names?: readonly string[];
}

export type StoredTables = Readonly<Record<string, StoredTable>>;
export type Schemas = ReadonlyMap<string, Schema>;

/** The place where one target stores, used for both runs of a test. */
export interface Store {
  /** @param run 1 or 2: a target that appends gets a new place for each run */
  command(run: number): Promise<TargetCommand>;
  read(run: number, schemas: Schemas): Promise<StoredTables>;
  /** For a database: runs statements, and returns the rows of the last one. */
  sql?(statements: string): Promise<Fields[]>;
  close?(): Promise<void>;
}

export interface Target {
  /** The name of its Python environment and its requirements file. */
  readonly name: string;
  /** The name of its package on PyPI. */
  readonly pypi: string;
  readonly nature: Nature;
  /** Whether rows are kept by their keys, or every record is a new row. */
  readonly upserts: boolean;
  /** It mixes the records of all tables. */
  readonly tableByTable?: true;
  /** How lists and objects are stored, if no column type says it. */
  readonly nested?: string;
  /** The column types in which a property may be stored; null if there are none. */
  readonly typesOf: ((property: Property) => readonly string[]) | null;
  /** The name of the database for `views`, and the schema of the tables. */
  readonly views?: { readonly dialect: string; readonly schema: string };
  open(bin: string, dir: string): Promise<Store>;
}

export const requirementsOf = (name: string): string =>
  fileURLToPath(new URL(`requirements/${name}.txt`, import.meta.url));

/** For targets that were written before Python 3.10. */
export const compat = { PYTHONPATH: fileURLToPath(new URL('compat', import.meta.url)) };

/** Reads the tables with a script in `readers`, run by the Python that has the target's libraries. */
export const readWith = async (
  bin: string,
  reader: string,
  place: string,
  schemas: Schemas,
  schemasFile: string,
): Promise<StoredTables> => {
  await writeFile(schemasFile, JSON.stringify(Object.fromEntries(schemas)));
  const script = fileURLToPath(new URL(`readers/${reader}`, import.meta.url));
  const env = { ...process.env, ...compat, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' };
  return JSON.parse(
    await mustRun(join(bin, 'python'), [script, schemasFile, place], { env }),
  ) as StoredTables;
};
