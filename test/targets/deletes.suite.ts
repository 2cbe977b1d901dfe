import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFor } from '../e2e/account.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { runPipeline, type State, type TargetCommand } from './pipeline.ts';
import { requirementsOf, type Store } from './target.ts';
import { databases } from './targets.ts';

const PAGE = new URL('../../src/views/README.md', import.meta.url);

/** The SQL that src/views/README.md has after a mark. */
const recipe = (name: string): string =>
  readFileSync(PAGE, 'utf8').split(`<!-- deletes: ${name} -->\n\`\`\`sql\n`)[1]?.split(';\n```')[0] ?? '';

/** The target's command, with only the place of the tables set. */
const withDefaults = async ({ args, ...command }: TargetCommand): Promise<TargetCommand> => {
  const [flag = '', path = ''] = args;
  const { load_method: _, validate_records: __, ...config } = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify(config));
  return { ...command, args: [flag, path] };
};

const viewed = databases.flatMap((target) => (target.views ? [{ ...target, views: target.views }] : []));
const SELECT = ['leads', 'lead_ids'];

describe.each(viewed)('the recipe for deletes, with $name and its defaults,', (target) => {
  const { dialect, schema } = target.views;
  let sandbox: Sandbox;
  let organisation: Organisation;
  let store: Store;
  let dir: string;
  let state: State | undefined;

  const sync = async (): Promise<void> => {
    const config = configFor(sandbox, { select: SELECT, emit_deletes: true, activate_version: true });
    const command = await withDefaults(await store.command(1));
    ({ storedState: state } = await runPipeline({ config, state }, command));
  };
  const ask = async (statement: string): Promise<unknown[]> =>
    (await store.sql?.(statement.replace(/\b(from|join) (?=\w+_ids|leads)/g, `$1 ${schema}.`))) ?? [];
  const ids = (rows: readonly unknown[]): string[] => rows.map((row) => String(Object(row).id)).sort();

  beforeAll(async () => {
    const bin = await ensurePythonEnv(target.name, requirementsOf(target.name));
    dir = await mkdtemp(join(tmpdir(), `tap-closeio-deletes-${target.name}-`));
    store = await target.open(bin, dir);
    organisation = createOrganisation({ leads: 120, seed: 8 });
    sandbox = await startSandbox(organisation);
  });
  afterAll(async () => {
    await store.close?.();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('finds nothing deleted after a first run', async () => {
    await sync();

    expect(await ask(recipe('the event log'))).toEqual([]);
    expect(await ask(recipe(dialect))).toEqual([]);
  });

  test('finds what the event log named, and what only the ids show', async () => {
    const [deleted = '', source = '', destination = '', ...others] = organisation.ids('lead');
    const purged = others.slice(0, 3).sort();
    organisation.remove('lead', deleted);
    organisation.mergeLeads(source, destination);
    for (const id of purged) organisation.purge('lead', id);
    if (dialect === 'duckdb') await ask(recipe('before a run with duckdb'));

    await sync();

    const told = await ask(recipe('the event log'));
    expect(told).toHaveLength(2);
    expect(told).toEqual(
      expect.arrayContaining([
        { id: deleted, merged_into_id: null },
        { id: source, merged_into_id: destination },
      ]),
    );
    expect(ids(await ask(recipe(dialect)))).toEqual(purged);
    const stored = ids(await ask('select id from leads where _sdc_deleted_at is null'));
    expect(stored.filter((id) => !purged.includes(id))).toEqual(organisation.ids('lead').sort());
  });

  test('finds no more after a run that could not confirm the ids', async () => {
    const before = ids(await ask(recipe(dialect)));
    sandbox.options.searchLeavesOut = { share: 0.5, how: 'always the same' };
    sandbox.options.forbidden = ['/lead/'];

    await sync();

    expect(ids(await ask(recipe(dialect)))).toEqual(before);
    sandbox.options.searchLeavesOut = undefined;
    sandbox.options.forbidden = [];
  });

  if (dialect === 'postgres')
    test('removes a wrong mark with the next run', async () => {
      const before = ids(await ask(recipe(dialect)));
      await ask(`update ${schema}.lead_ids set _sdc_deleted_at = now()`);

      await sync();

      expect(ids(await ask(recipe(dialect)))).toEqual(before);
    });
});
