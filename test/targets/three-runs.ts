import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFor } from '../e2e/account.ts';
import { startSandbox } from '../sandbox/server.ts';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { changeAccount, type Truth, truthOf } from './account-truth.ts';
import { type Fields, type Passed, runPipeline, type Schema, type State } from './pipeline.ts';
import { requirementsOf, type StoredTables, type Target } from './target.ts';
import { addNewColumns, type Catalog, createAccount, discoverAll } from './whole-account.ts';

/** A run, and the account and tables after it. */
export interface Run {
  readonly passed: Passed;
  readonly stored: StoredTables;
  readonly truth: Truth;
}

/** The three runs of a target. */
export interface Runs {
  readonly first: Run;
  /** After the changes of a working day, with one more column. */
  readonly second: Run;
  /** With a column of another type; or why the target failed. */
  readonly third: Run | Error;
  readonly deletedLead: string;
  /** The column of a custom field that was added between the runs. */
  readonly newColumn: string;
  /** The column that was text in the first two runs, and has numbers in the third. */
  readonly changedColumn: string;
}

/** The catalog with one of its streams. */
const catalogOf = ({ streams }: Catalog, stream: string): Catalog => ({
  streams: streams.filter((entry) => entry.stream === stream),
});

/** Runs one stream after the other, each from the state that the target printed for the one before. */
const runTableByTable = async (
  run: (files: { state: State | undefined; catalog: Catalog }) => Promise<Passed>,
  streams: readonly string[],
  catalog: Catalog,
  state: State | undefined,
): Promise<Passed> => {
  const schemas = new Map<string, Schema>();
  const keys = new Map<string, readonly string[]>();
  const records = new Map<string, readonly Fields[]>();
  let last: Passed | undefined;
  for (const stream of streams) {
    last = await run({ state: last?.storedState ?? state, catalog: catalogOf(catalog, stream) });
    for (const [name, schema] of last.schemas) schemas.set(name, schema);
    for (const [name, columns] of last.keys) keys.set(name, columns);
    for (const [name, rows] of last.records) records.set(name, rows);
  }
  if (!last) throw new Error('no streams');
  return { ...last, schemas, keys, records };
};

/**
 * A first sync of all streams and columns into an empty target, then the changes of a working day, and a second and a third
 * sync from the state that the target printed.
 * @param streams the streams, for a target that can take one at a time only
 */
export const syncThrice = async (target: Target, streams: readonly string[]): Promise<Runs> => {
  const bin = await ensurePythonEnv(target.name, requirementsOf(target.name));
  const { organisation, fields } = createAccount();
  const sandbox = await startSandbox(organisation);
  const dir = await mkdtemp(join(tmpdir(), `tap-closeio-${target.name}-`));
  const config = configFor(sandbox, { emit_deletes: true, activate_version: true });
  const store = await target.open(bin, dir);
  const sync = async (number: number, catalog: Catalog, state: State | undefined): Promise<Run> => {
    const command = await store.command(number);
    const passed = target.tableByTable
      ? await runTableByTable((files) => runPipeline({ config, ...files }, command), streams, catalog, state)
      : await runPipeline({ config, state, catalog }, command);
    return { passed, stored: await store.read(number, passed.schemas), truth: truthOf(organisation) };
  };
  try {
    const catalog = await discoverAll(config);
    const first = await sync(1, catalog, undefined);

    const deletedLead = changeAccount(organisation);
    const [changed = ''] = fields;
    const [lead = '', other = ''] = organisation.ids('lead').slice(2);
    const added = organisation.create('custom_field', { name: 'Added later', type: 'text', choices: null });
    organisation.update('custom_field', changed, { type: 'number' });
    organisation.update('lead', lead, { [`custom.${added}`]: 'late', [`custom.${changed}`]: 12 });
    const today = await discoverAll(config);
    const second = await sync(2, addNewColumns(catalog, today), first.passed.storedState);

    organisation.update('lead', other, { [`custom.${changed}`]: 13.5 });
    // The same as after `state reset leads`: the state no longer has the columns.
    const { leads: _, ...bookmarks } = second.passed.storedState.bookmarks;
    const third = await sync(3, today, { bookmarks }).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    return {
      ...{ first, second, third, deletedLead },
      newColumn: `custom_${added}`,
      changedColumn: `custom_${changed}`,
    };
  } finally {
    await store.close?.();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
};
