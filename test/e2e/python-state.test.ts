import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom } from './account.ts';
import { runMain } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

let sandbox: Sandbox;
let dir: string;
let state: string;
beforeEach(async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 800, seed: 6 }));
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-python-'));
  state = join(dir, 'state.json');
  await writeFile(join(dir, 'config.json'), JSON.stringify(configFor(sandbox)));
});
afterEach(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

const sync = async (): Promise<TapRun> => {
  const run = await runMain(['--config', join(dir, 'config.json'), '--state', state]);
  await writeFile(state, JSON.stringify(run.lastState));
  return run;
};

const warningsOf = ({ stderr }: TapRun): string[] =>
  stderr.split('\n').filter((line) => line.startsWith('WARNING') && line.includes('Python'));

test('a state of the Python tap is continued, and the log names once what that tap never read', async () => {
  const bookmark = '2026-11-20T00:00:00.000000Z';
  await writeFile(
    state,
    JSON.stringify({
      currently_syncing: null,
      bookmarks: {
        leads: { date_updated: bookmark, offset: {} },
        tasks: { date_updated: bookmark, offset: {} },
        activities: { date_created: bookmark, offset: {} },
      },
    }),
  );

  const first = await sync();
  const second = await sync();

  expect(warningsOf(first)).toEqual([
    `WARNING ${state}: was written by the Python tap, which never read tasks of other types than lead; those from before ` +
      `${bookmark} are not read now either. To get them, read tasks from start_date again: tap-closeio state reset ` +
      `--state ${state} tasks; or start without a state`,
    `WARNING ${state}: was written by the Python tap, which never read e-mail threads; those from before ${bookmark} are ` +
      'not read now either. To get them, read activities from start_date again: tap-closeio state reset ' +
      `--state ${state} activities; or start without a state`,
  ]);
  expect(warningsOf(second)).toEqual([]);
  expect([first.code, second.code]).toEqual([0, 0]);
});

test('the command that the log suggests reads it', async () => {
  await writeFile(
    state,
    JSON.stringify({
      bookmarks: {
        tasks: { date_updated: '2999-01-01T00:00:00Z', offset: {} },
        activities: { date_created: '2999-01-01T00:00:00Z', offset: { skip: 100 } },
      },
    }),
  );
  await sync();

  await runMain(['state', 'reset', '--state', state, 'tasks', 'activities']);
  const run = await sync();

  for (const table of ['tasks', 'activities'] as const)
    expect(missingFrom(run.ids(table), idsOf(sandbox.organisation, table)), table).toEqual([]);
  expect(await readFile(state, 'utf8')).not.toContain('offset');
});
