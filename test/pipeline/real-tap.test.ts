import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { configFor, idsOf, missingFrom, tables } from '../e2e/account.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { createJob, eventually, isRunning, type Job } from './job.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const target = { save: 'saved', pauseAfter: 300 };
const linesRead = (job: Job): number => Number(readFileSync(join(job.dir, 'target.read'), 'utf8'));
const savedOf = (job: Job, table: string): Set<string> =>
  new Set(
    readFileSync(join(job.dir, 'saved'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${table} `))
      .map((line) => line.slice(table.length + 1)),
  );

test('the tap continues from the state that the last run stored', async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 400, seed: 3 }));
  const job = await createJob();
  const config = configFor(sandbox);

  writeFileSync(join(job.dir, 'go'), '');
  const first = await job.run({ config, target });
  const all = linesRead(job);
  const second = await job.run({ config, target });

  expect([first.code, second.code], first.stderr + second.stderr).toEqual([0, 0]);
  expect(Object.keys(Object(Object(job.readState()).bookmarks)).sort()).toEqual([...tables].sort());
  expect(linesRead(job)).toBeLessThan(all / 2);
});

test('a run that finds nothing new keeps no copy of the state, even if a meeting is in the future', async () => {
  const organisation = createOrganisation({ objects: 400, seed: 3 });
  // No other meeting may begin between the two runs.
  for (const id of organisation.ids('activity.meeting')) organisation.purge('activity', id);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  organisation.create('activity', { _type: 'Meeting', lead_id: null, date_created: tomorrow });
  sandbox = await startSandbox(organisation);
  const job = await createJob();
  const run = { config: configFor(sandbox) };

  await job.run(run);
  const before = job.readState();
  await job.run(run);

  // Only the bookmark that follows the clock has moved.
  expect(job.readState()).not.toEqual(before);
  expect(job.copies()).toEqual([]);
});

test('the state is stored even if the key may no longer read the event log', async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 200, seed: 3 }));
  const job = await createJob();
  const run = { config: configFor(sandbox), args: ['--select', 'leads'] };
  const leads = (): unknown => Object(Object(job.readState()).bookmarks).leads;

  const first = await job.run(run);
  const before = leads();
  sandbox.options.eventAccess = 'none';
  const second = await job.run(run);

  expect([first.code, second.code], first.stderr + second.stderr).toEqual([0, 0]);
  expect(before).toHaveProperty('changes_since');
  expect(leads()).not.toHaveProperty('changes_since');
});

/** A target that keeps all it was sent, and confirms the last state. */
const keeping = (file: string): readonly string[] => [
  process.execPath,
  '-e',
  `const text = require('node:fs').readFileSync(0, 'utf8');
  require('node:fs').writeFileSync(process.argv[1], text);
  const messages = text.split('\\n').slice(0, -1).map((line) => JSON.parse(line));
  console.log(JSON.stringify(messages.findLast(({ type }) => type === 'STATE').value));`,
  file,
];

test('a new custom field is filled in older rows by the next run with backfill_new_columns, and by no other', async () => {
  const organisation = createOrganisation({ leads: 120, seed: 3 });
  const [recent = '', ...ids] = organisation.ids('lead');
  organisation.update('lead', recent);
  const longAgo = { date_updated: '2020-01-01T00:00:00.000000+00:00' };
  for (const id of ids) organisation.migrate('lead', id, longAgo);
  sandbox = await startSandbox(organisation);
  const job = await createJob();
  const config = configFor(sandbox, { select: ['leads', 'leads.custom_*'], backfill_new_columns: true });
  const run = async (file: string) => {
    const { code, stderr } = await job.start({ config, command: keeping(file) }).ended;
    expect(code, stderr).toBe(0);
    const sent = readFileSync(join(job.dir, file), 'utf8').split('\n').slice(0, -1);
    const rows = sent.map((line) => JSON.parse(line)).filter(({ type }) => type === 'RECORD');
    return {
      rows: rows.map(({ record }) => record),
      isBackfill: /new since the last run: .*from start_date/.test(stderr),
    };
  };

  const first = await run('1.jsonl');
  const field = organisation.create('custom_field', { name: 'Tier', type: 'text', choices: null });
  for (const id of ids) organisation.migrate('lead', id, { ...longAgo, [`custom.${field}`]: `of ${id}` });
  const second = await run('2.jsonl');
  const third = await run('3.jsonl');

  expect([first, second, third].map(({ isBackfill }) => isBackfill)).toEqual([false, true, false]);
  const filled = new Map(second.rows.map((row) => [row.id, row[`custom_${field}`]]));
  expect(ids.filter((id) => filled.get(id) !== `of ${id}`)).toEqual([]);
  // What changed in the last minutes is read by every run.
  expect(third.rows.filter(({ id }) => id !== recent)).toEqual([]);
});

test('a stop is logged once, with the signal, and the tap has the time of --grace for its last state', async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 1200, seed: 11 }));
  const job = await createJob();
  const running = job.start({ config: configFor(sandbox), target });
  await eventually(() => existsSync(join(job.dir, 'paused')));

  running.process.kill('SIGINT');
  writeFileSync(join(job.dir, 'go'), '');
  const { code, stderr } = await running.ended;

  expect(code).toBe(130);
  expect(stderr.match(/stopped by \w+/g)).toEqual(['stopped by SIGINT']);
  expect(stderr).not.toContain('CRITICAL');
});

test.each(['tap', 'target', 'run'] as const)(
  'the target loses no record when the %s is killed in the middle',
  async (side) => {
    const organisation = createOrganisation({ objects: 1200, seed: 11 });
    sandbox = await startSandbox(organisation);
    const job = await createJob();
    const config = configFor(sandbox);
    const running = job.start({ config, target });
    // There is more to read than fits in the pipes, so the tap cannot have ended.
    await eventually(() => existsSync(job.statePath) && existsSync(join(job.dir, 'paused')));

    const run = running.process.pid ?? 0;
    const pids = {
      run,
      target: targetPid(job),
      tap: childrenOf(run).find((pid) => pid !== targetPid(job)) ?? 0,
    };
    expect(isRunning(pids.tap)).toBe(true);
    process.kill(pids[side], 'SIGKILL');
    writeFileSync(join(job.dir, 'go'), '');
    const killed = await running.ended;
    const next = await job.run({ config, target });

    expect(killed.code).toBe(side === 'run' ? null : 137);
    expect(next.code, next.stderr).toBe(0);
    for (const table of tables) {
      expect(missingFrom(savedOf(job, table), idsOf(organisation, table)), table).toEqual([]);
    }
  },
);

const childrenOf = (pid: number): readonly number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
const targetPid = (job: Job): number => Number(readFileSync(join(job.dir, 'target.pid'), 'utf8'));
