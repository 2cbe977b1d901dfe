import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFor } from '../e2e/account.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { mustRun } from '../setup/run.ts';
import { changeAccount, type Truth, truthOf } from './account-truth.ts';
import { type Fields, type Passed, runPipeline, type Schema, type State, TAP } from './pipeline.ts';
import { requirementsOf, type StoredTables, type Target } from './target.ts';

/** One run, and how things stood after it. */
export interface Run {
  readonly passed: Passed;
  readonly stored: StoredTables;
  readonly truth: Truth;
}

interface CatalogEntry {
  readonly stream: string;
  readonly metadata: readonly { readonly breadcrumb: readonly string[]; readonly metadata: object }[];
}

/** The discovered catalog with one stream selected. */
const catalogOf = (catalog: { readonly streams: readonly CatalogEntry[] }, stream: string): object => ({
  streams: catalog.streams.map((entry) => ({
    ...entry,
    metadata: entry.metadata.map((item) =>
      item.breadcrumb.length === 0
        ? { ...item, metadata: { ...item.metadata, selected: entry.stream === stream } }
        : item,
    ),
  })),
});

/** One stream after the other, each from the state that the target gave back for the one before. */
const runTableByTable = async (
  run: (files: { state: State | undefined; catalog: object }) => Promise<Passed>,
  streams: readonly string[],
  state: State | undefined,
): Promise<Passed> => {
  const catalog = JSON.parse(await mustRun(process.execPath, [TAP, '--discover'])) as {
    streams: CatalogEntry[];
  };
  const schemas = new Map<string, Schema>();
  const records = new Map<string, readonly Fields[]>();
  let last: Passed | undefined;
  for (const stream of streams) {
    last = await run({ state: last?.storedState ?? state, catalog: catalogOf(catalog, stream) });
    for (const [name, schema] of last.schemas) schemas.set(name, schema);
    for (const [name, rows] of last.records) records.set(name, rows);
  }
  if (!last) throw new Error('no streams');
  return { ...last, schemas, records };
};

/** A first sync into an empty target, a day at the office, and a second sync from the state that the target printed. */
export const syncTwice = async (
  target: Target,
  streams: readonly string[],
): Promise<{ first: Run; second: Run }> => {
  const bin = await ensurePythonEnv(target.name, requirementsOf(target.name));
  const organisation = createOrganisation({ objects: 900, seed: 21 });
  const sandbox = await startSandbox(organisation);
  const dir = await mkdtemp(join(tmpdir(), `tap-closeio-${target.name}-`));
  const store = await target.open(bin, dir);
  const sync = async (number: number, state: State | undefined): Promise<Run> => {
    const command = await store.command(number);
    const config = configFor(sandbox);
    const passed = target.tableByTable
      ? await runTableByTable((files) => runPipeline({ config, ...files }, command), streams, state)
      : await runPipeline({ config, state }, command);
    return { passed, stored: await store.read(number, passed.schemas), truth: truthOf(organisation) };
  };
  try {
    const first = await sync(1, undefined);
    changeAccount(organisation);
    return { first, second: await sync(2, first.passed.storedState) };
  } finally {
    await store.close?.();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
};
