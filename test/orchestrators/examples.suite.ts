import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idsOf, missingFrom, tables } from '../e2e/account.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { mustRun } from '../setup/run.ts';
import { createMachine, EXAMPLES, ensureTool, type Machine, VALIDATORS } from './machine.ts';
import { PARTS, SPLIT } from './split.ts';

let organisation: Organisation;
let sandbox: Sandbox;
let machine: Machine;
beforeEach(async () => {
  organisation = createOrganisation({ objects: 800, seed: 9, days: 60 });
  sandbox = await startSandbox(organisation, { latencyMs: 5, rateLimit: { limit: 60, windowSeconds: 1 } });
  machine = await createMachine(sandbox.url);
});
afterEach(async () => {
  await sandbox.close();
  await machine.remove();
});

/** The start date of all three. Every account has older e-mails, since mailboxes are older than the account. */
const START = '2025-01-01';
const isWanted = (row: Readonly<Record<string, unknown>> | undefined): boolean =>
  String(row?.date_created) >= START;

/** Checks that there are four states, and that the target has everything since the start date. */
const expectAllRead = async (): Promise<void> => {
  for (const part of PARTS) expect(await machine.bookmarks(part), part).toEqual([...(SPLIT[part] ?? [])]);
  const loaded = await machine.loaded();
  for (const table of tables) {
    const missing = missingFrom(loaded.get(table) ?? new Set(), idsOf(organisation, table));
    const wanted = missing.filter(
      (id) => table !== 'activities' || isWanted(organisation.get('activity', id)),
    );
    expect(wanted, table).toEqual([]);
  }
};

test('Airflow imports the DAG without errors, and running it reads the account in four tasks', async () => {
  const bin = await ensureTool('airflow');
  const dags = join(EXAMPLES, 'airflow');
  const env = {
    ...machine.env,
    PATH: `${bin}:${machine.env.PATH}`,
    // A worker does not have these variables: the DAG takes the key from Airflow.
    TAP_CLOSEIO_API_KEY: undefined,
    AIRFLOW_VAR_TAP_CLOSEIO_API_KEY: 'api_sandbox',
    AIRFLOW_HOME: join(machine.dir, 'airflow'),
    AIRFLOW__CORE__DAGS_FOLDER: dags,
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__UNIT_TEST_MODE: 'False',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  await mkdir(env.AIRFLOW_HOME);

  const printed = await mustRun(join(bin, 'python'), [join(VALIDATORS, 'airflow_dag.py'), dags], { env });
  await mustRun(join(bin, 'airflow'), ['db', 'migrate'], { env });
  await mustRun(join(bin, 'airflow'), ['dags', 'test', 'tap_closeio'], { env });

  const found = JSON.parse(printed.trim().split('\n').at(-1) ?? '') as {
    errors: object;
    dags: Record<string, Record<string, string>>;
  };
  expect(found.errors).toEqual({});
  expect(Object.keys(found.dags)).toEqual(['tap_closeio']);
  expect(Object.keys(found.dags.tap_closeio ?? {}).sort()).toEqual([...PARTS].sort());
  await expectAllRead();
});

test('Dagster accepts the definitions, and its job reads the account in four processes', async () => {
  const bin = await ensureTool('dagster');
  const definitions = join(EXAMPLES, 'dagster', 'definitions.py');
  const home = join(machine.dir, 'dagster');
  const env = {
    ...machine.env,
    PATH: `${bin}:${machine.env.PATH}`,
    DAGSTER_HOME: home,
    DAGSTER_DISABLE_TELEMETRY: 'yes',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  await mkdir(home);

  await mustRun(join(bin, 'dagster'), ['definitions', 'validate', '-f', definitions], { env, cwd: home });
  await mustRun(join(bin, 'dagster'), ['job', 'execute', '-f', definitions, '-j', 'close'], {
    env,
    cwd: home,
  });

  await expectAllRead();
});

interface CronJob {
  readonly policy: string;
  readonly args: readonly string[];
  readonly env: readonly { name: string; value?: string; valueFrom?: { secretKeyRef?: object } }[];
}

test('Kubernetes knows every field of the manifest, and its commands read the account', async () => {
  const bin = await ensureTool('kubernetes');
  const manifest = join(EXAMPLES, 'kubernetes', 'cronjob.yaml');

  const misspelt = join(machine.dir, 'misspelt.yaml');
  await writeFile(
    misspelt,
    (await readFile(manifest, 'utf8')).replace('concurrencyPolicy', 'concurencyPolicy'),
  );
  const validate = async (file: string) => {
    const script = join(VALIDATORS, 'kubernetes_manifest.py');
    const printed = await mustRun(join(bin, 'python'), [script, file, '1.37']);
    return JSON.parse(printed) as { problems: string[]; jobs: Record<string, CronJob> };
  };

  const { problems, jobs } = await validate(manifest);

  expect(problems).toEqual([]);
  expect((await validate(misspelt)).problems).toHaveLength(1);
  expect(Object.keys(jobs)).toEqual(PARTS.map((part) => `tap-closeio-${part}`));
  await Promise.all(
    Object.values(jobs).map(async ({ policy, args, env }) => {
      expect(policy).toBe('Forbid');
      expect(env.filter(({ valueFrom }) => valueFrom?.secretKeyRef).map(({ name }) => name)).toEqual([
        'TAP_CLOSEIO_API_KEY',
      ]);
      const plain = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
      // The volumes of the pod.
      const [program = '', ...rest] = args.map((arg) =>
        arg
          .replace('/state/', `${machine.dir}/states/`)
          .replace('/etc/tap-closeio/target', `${machine.dir}/target`)
          .replace('/etc/tap-closeio/', `${machine.dir}/catalogs/`),
      );
      await mustRun(program, rest, { env: { ...machine.env, ...Object.fromEntries(plain) } });
    }),
  );
  await expectAllRead();
});
