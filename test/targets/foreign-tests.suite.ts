import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configFor } from '../e2e/account.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { mustRun } from '../setup/run.ts';
import { runPipeline, TAP } from './pipeline.ts';
import { compat, requirementsOf } from './target.ts';

let sandbox: Sandbox;
let dir: string;
let config: string;
let executable: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-foreign-'));
  config = join(dir, 'config.json');
  executable = join(dir, 'tap-closeio');
  sandbox = await startSandbox(createOrganisation({ objects: 600, seed: 31 }));
  await writeFile(config, JSON.stringify(configFor(sandbox)));
  await writeFile(executable, `#!/bin/sh\nexec "${process.execPath}" "${TAP}" "$@"\n`);
  await chmod(executable, 0o755);
});
afterAll(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

/**
 * With `--tap`, it does not wait for its own reader, and sometimes fails. So it gets the output of both runs
 * on its standard input, and checks it with the same code.
 */
test('singer-check-tap finds a first and an incremental run valid', async () => {
  const bin = await ensurePythonEnv('singer-tools', requirementsOf('singer-tools'));
  const check = (input: string) => mustRun(join(bin, 'singer-check-tap'), [], { cwd: dir, input });
  const state = join(dir, 'state.json');

  const first = await mustRun(executable, ['--config', config]);
  await writeFile(state, lastState(first));
  const second = await mustRun(executable, ['--config', config, '--state', state]);
  const [told, toldAgain] = [await check(first), await check(second)];

  expect(told).toContain('The output is valid.');
  expect(told).toMatch(/\| leads +\| 60 +\| 1 /);
  expect(toldAgain).toContain('The output is valid.');
  expect(second.length).toBeLessThan(first.length);
});

const lastState = (output: string): string => {
  const line = output.split('\n').findLast((text) => text.startsWith('{"type":"STATE"'));
  return JSON.stringify((JSON.parse(line ?? '{}') as { value: unknown }).value);
};

/** If it no longer does this, src/views/README.md need not warn of it any more. */
test("singer-io's target-csv puts values into wrong columns without a message", async () => {
  const bin = await ensurePythonEnv('singer-io-target-csv', requirementsOf('singer-io-target-csv'));
  const target = join(dir, 'target-csv.json');
  const place = join(dir, 'csv');
  await mkdir(place);
  await writeFile(target, JSON.stringify({ destination_path: place, disable_collection: true }));

  await runPipeline(
    { config: JSON.parse(await readFile(config, 'utf8')) as object },
    { program: join(bin, 'target-csv'), args: ['--config', target], env: compat },
  );

  const [file = ''] = (await readdir(place)).filter((name) => name.startsWith('activities-'));
  const widths = await mustRun(join(bin, 'python'), [
    '-c',
    'import csv, sys; csv.field_size_limit(10**9); print(*{len(row) for row in csv.reader(open(sys.argv[1]))})',
    join(place, file),
  ]);
  expect(widths.trim().split(' ').length).toBeGreaterThan(1);
});

test("the standard tests of Meltano's SDK pass for every stream", async () => {
  const bin = await ensurePythonEnv('singer-sdk', requirementsOf('singer-sdk'));
  const tests = fileURLToPath(new URL('sdk', import.meta.url));

  const told = await mustRun(
    join(bin, 'python'),
    [
      '-m',
      'pytest',
      '-p',
      'no:cacheprovider',
      '--rootdir',
      tests,
      '--quiet',
      '--tb=short',
      '-W',
      'ignore',
      tests,
    ],
    {
      cwd: dir,
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        TAP_EXECUTABLE: executable,
        TAP_CONFIG: config,
      },
    },
  );

  expect(told).toMatch(/^\d{3,} passed in/m);
  expect(told).not.toMatch(/failed|skipped|error/);
});
