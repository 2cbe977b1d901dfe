import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../setup/postgres.ts';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { mustRun } from '../setup/run.ts';
import { startS3 } from '../setup/s3.ts';
import type { Fields, Property } from './pipeline.ts';
import { compat, readWith, requirementsOf, type Schemas, type StoredTables, type Target } from './target.ts';

const writeConfig = async (dir: string, config: object): Promise<string> => {
  const path = join(dir, 'target-config.json');
  await writeFile(path, JSON.stringify(config));
  return path;
};

/** There is a directory for each run, so that it has only what that run appended. */
const runDir = async (dir: string, run: number): Promise<string> => {
  const path = join(dir, `run-${run}`);
  await mkdir(path, { recursive: true });
  return path;
};

/** Column types by the property's JSON type, or by its format if that decides. */
const types =
  (byKind: Readonly<Record<string, readonly string[]>>) =>
  ({ type: [type], format }: Property): readonly string[] =>
    byKind[format ?? type] ?? byKind[type] ?? [];

const targetJsonl: Target = {
  name: 'target-jsonl',
  pypi: 'target-jsonl',
  nature: {},
  nested: 'JSON',
  upserts: false,
  typesOf: null,
  open: async (bin, dir) => ({
    command: async (run) => {
      const config = { destination_path: await runDir(dir, run), do_timestamp_file: false };
      return { program: join(bin, 'target-jsonl'), args: ['--config', await writeConfig(dir, config)] };
    },
    read: async (run, schemas) => {
      const place = await runDir(dir, run);
      const read = async (stream: string) => {
        const text = await readFile(join(place, `${stream}.jsonl`), 'utf8').catch(() => '');
        const rows = text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Fields);
        return [stream, { rows, types: {}, keys: [] }] as const;
      };
      return Object.fromEntries(await Promise.all([...schemas.keys()].map(read)));
    },
  }),
};

const targetCsv: Target = {
  name: 'target-csv',
  pypi: 'meltanolabs-target-csv',
  nested: "Python's repr",

  nature: { emptyIsNull: true },
  upserts: false,
  typesOf: null,
  open: async (bin, dir) => ({
    command: async (run) => {
      // Without this setting, the target leaves out _sdc_deleted_at.
      const config = await writeConfig(dir, {
        output_path: await runDir(dir, run),
        add_record_metadata: true,
      });
      return { program: join(bin, 'target-csv'), args: ['--config', config] };
    },
    read: async (run, schemas) =>
      readWith(bin, 'csv_files.py', await runDir(dir, run), schemas, join(dir, 'schemas.json')),
  }),
};

const targetSqlite: Target = {
  name: 'target-sqlite',
  pypi: 'target-sqlite',
  nested: "columns `a__b`; lists are Python's repr",
  nature: { flattens: true },
  upserts: true,
  typesOf: types({
    string: ['VARCHAR'],
    array: ['VARCHAR'],
    integer: ['BIGINT'],
    number: ['FLOAT'],
    boolean: ['BOOLEAN'],
  }),
  open: async (bin, dir) => ({
    command: async () => {
      const config = await writeConfig(dir, { database: join(dir, 'close') });
      return { program: join(bin, 'target-sqlite'), args: ['--config', config], env: compat };
    },
    read: (_run, schemas) =>
      readWith(bin, 'sqlite_file.py', join(dir, 'close.db'), schemas, join(dir, 'schemas.json')),
  }),
};

const targetDuckdb: Target = {
  name: 'target-duckdb',
  pypi: 'target-duckdb',
  nature: { emptyIsNull: true, smallLetters: true },
  views: { dialect: 'duckdb', schema: 'main' },
  upserts: true,
  typesOf: types({
    string: ['VARCHAR'],
    'date-time': ['TIMESTAMP'],
    array: ['JSON'],
    object: ['JSON'],
    integer: ['HUGEINT'],
    number: ['DOUBLE'],
    boolean: ['BOOLEAN'],
  }),
  open: async (bin, dir) => ({
    command: async () => {
      const path = join(dir, 'close.duckdb');
      const config = await writeConfig(dir, { path, default_target_schema: 'main', validate_records: true });
      return { program: join(bin, 'target-duckdb'), args: ['--config', config] };
    },
    read: (_run, schemas) =>
      readWith(bin, 'duckdb_file.py', join(dir, 'close.duckdb'), schemas, join(dir, 'schemas.json')),
    sql: async (statements) => {
      const script = fileURLToPath(new URL('readers/duckdb_sql.py', import.meta.url));
      const options = { input: statements, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } };
      return JSON.parse(
        await mustRun(join(bin, 'python'), [script, join(dir, 'close.duckdb')], options),
      ) as Fields[];
    },
  }),
};

/** pandas gives a column without values the type null, and one of integers with gaps the type double. */
const targetParquet: Target = {
  name: 'target-parquet',
  pypi: 'target-parquet',
  nested: "columns `a__b`; lists are Python's repr",
  nature: { flattens: true },
  upserts: false,
  tableByTable: true,
  typesOf: types({
    string: ['large_string', 'null'],
    array: ['large_string', 'null'],
    integer: ['int64', 'double', 'null'],
    number: ['double', 'decimal128', 'int64', 'null'],
    boolean: ['bool', 'null'],
  }),
  open: async (bin, dir) => ({
    command: async (run) => {
      const config = { destination_path: await runDir(dir, run), disable_collection: true };
      return {
        program: join(bin, 'target-parquet'),
        args: ['--config', await writeConfig(dir, config)],
        env: compat,
      };
    },
    read: async (run, schemas) =>
      readWith(bin, 'parquet_files.py', await runDir(dir, run), schemas, join(dir, 'schemas.json')),
  }),
};

const targetPostgres: Target = {
  name: 'target-postgres',
  pypi: 'meltanolabs-target-postgres',
  nature: {},
  views: { dialect: 'postgres', schema: 'close' },
  upserts: true,
  typesOf: types({
    string: ['text', 'character varying'],
    'date-time': ['timestamp without time zone', 'timestamp with time zone'],
    date: ['date'],
    array: ['ARRAY'],
    object: ['jsonb'],
    integer: ['bigint'],
    number: ['numeric', 'double precision'],
    boolean: ['boolean'],
  }),
  open: async (bin, dir) => {
    const postgres = await startPostgres();
    const { host, port, user, password, database } = postgres;
    return {
      command: async () => {
        const connection = { host, port, user, password, database };
        const behaviour = { default_target_schema: 'close', load_method: 'upsert' };
        const config = await writeConfig(dir, { ...connection, ...behaviour });
        return { program: join(bin, 'target-postgres'), args: ['--config', config] };
      },
      read: (_run, schemas) => readPostgres(postgres.query, 'close', schemas),
      sql: async (statements) => {
        const isQuery = statements.startsWith('select');
        const rows = await postgres.query(
          isQuery ? `select row_to_json(t) from (${statements}) as t` : statements,
        );
        return isQuery ? rows.map((row) => JSON.parse(row) as Fields) : [];
      },
      close: postgres.stop,
    };
  },
};

/** All tables in a schema of PostgreSQL. */
const readPostgres = async (
  query: (sql: string) => Promise<string[]>,
  schema: string,
  schemas: Schemas,
): Promise<StoredTables> => {
  const names = [...schemas.keys()];
  const rowsOf = (table: string) =>
    `select json_build_array('${table}', row_to_json(t)) from ${schema}."${table}" as t`;
  const rows = await query(names.map(rowsOf).join(' union all '));
  const columns = await query(
    `select json_build_array(table_name, column_name, data_type) from information_schema.columns
     where table_schema = '${schema}'`,
  );
  const keys = await query(
    `select json_build_array(relname, attname) from pg_index
     join pg_attribute on attrelid = indrelid and attnum = any(indkey)
     join pg_class on pg_class.oid = indrelid
     where indisprimary and relnamespace = '${schema}'::regnamespace`,
  );
  const parsed = <T>(lines: readonly string[]): T[] => lines.map((line) => JSON.parse(line) as T);
  const allRows = parsed<[string, Fields]>(rows);
  const allColumns = parsed<[string, string, string]>(columns);
  const allKeys = parsed<[string, string]>(keys);
  const read = (table: string) =>
    [
      table,
      {
        rows: allRows.filter(([of]) => of === table).map(([, row]) => row),
        types: Object.fromEntries(
          allColumns.filter(([of]) => of === table).map(([, name, type]) => [name, type]),
        ),
        keys: allKeys.filter(([of]) => of === table).map(([, name]) => name),
      },
    ] as const;
  return Object.fromEntries(names.map(read));
};

const pipelinewisePostgres: Target = {
  name: 'pipelinewise-target-postgres',
  pypi: 'pipelinewise-target-postgres',
  nature: { emptyIsNull: true, escapesControls: true, smallLetters: true },
  upserts: true,
  typesOf: types({
    string: ['character varying'],
    'date-time': ['timestamp without time zone'],
    array: ['jsonb'],
    object: ['jsonb'],
    integer: ['numeric', 'bigint'],
    number: ['double precision'],
    boolean: ['boolean'],
  }),
  open: async (bin, dir) => {
    const postgres = await startPostgres();
    const { host, port, user, password, database } = postgres;
    return {
      command: async () => {
        const connection = { host, port, user, password, dbname: database };
        const config = await writeConfig(dir, { ...connection, default_target_schema: 'close' });
        return { program: join(bin, 'target-postgres'), args: ['--config', config] };
      },
      read: (_run, schemas) => readPostgres(postgres.query, 'close', schemas),
      close: postgres.stop,
    };
  },
};

/** Each run has its own bucket on moto's S3. */
const targetS3: Target = {
  name: 'target-s3-jsonl',
  pypi: 'target-s3-jsonl',
  nature: {},
  nested: 'JSON',
  upserts: false,
  typesOf: null,
  open: async (bin, dir) => {
    const motoBin = await ensurePythonEnv('moto', requirementsOf('moto'));
    const s3 = await startS3(motoBin, ['run-1', 'run-2', 'run-3']);
    return {
      command: async (run) => {
        const place = { s3_bucket: `run-${run}`, path_template: '{stream}.json', aws_endpoint_url: s3.url };
        const access = { aws_access_key_id: 'x', aws_secret_access_key: 'y' };
        // Without these settings, the target leaves out _sdc_deleted_at.
        const metadata = { add_metadata_columns: true };
        const config = { ...place, ...access, ...metadata, work_dir: await runDir(dir, run) };
        return {
          program: join(bin, 'target-s3-jsonl'),
          args: ['--config', await writeConfig(dir, config)],
          env: { AWS_DEFAULT_REGION: 'us-east-1' },
        };
      },
      read: (run, schemas) =>
        readWith(motoBin, 's3_files.py', `${s3.url}/run-${run}`, schemas, join(dir, 'schemas.json')),
      close: s3.stop,
    };
  },
};

export const databases: readonly Target[] = [
  targetPostgres,
  pipelinewisePostgres,
  targetDuckdb,
  targetSqlite,
];
export const files: readonly Target[] = [targetJsonl, targetS3, targetCsv, targetParquet];
