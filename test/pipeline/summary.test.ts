import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { configFor } from '../e2e/account.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { createJob, type Job, leadsAt } from './job.ts';

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

const pathIn = (job: Job): string => join(job.dir, 'summary.json');
const argsFor = (job: Job): readonly string[] => ['--summary', pathIn(job)];
const summaryOf = (job: Job): unknown => JSON.parse(readFileSync(pathIn(job), 'utf8'));

describe('the log of a run', () => {
  test('has a date on each line, and ends with the result of the tap', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const job = await createJob();

    const { code, stderr } = await job.start({ config: configFor(sandbox) }).ended;

    const lines = stderr.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ /.test(line))).toEqual([]);
    expect(lines.at(-1)).toMatch(/ INFO \d+ records in .*leads \d+ \(\d+; 10 of 10 counted\).*; done$/);
    expect(lines.filter((line) => line.includes('records in'))).toHaveLength(1);
  });

  test('says so if the tap was ended before it could report', async () => {
    const job = await createJob();

    const { stderr } = await job.run({ tap: [{ die: 'SIGKILL' }] });

    expect(stderr).toMatch(
      /INFO the tap ended before it could report what it read in [\d.]+ s; the tap was ended by SIGKILL\n$/,
    );
  });
});

describe('the summary of a run', () => {
  test('has the results of the tap and the target, and what was done with the state', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const job = await createJob();

    await job.start({ config: configFor(sandbox), args: argsFor(job) }).ended;
    const first = job.readState();
    await job.start({ config: configFor(sandbox), args: argsFor(job) }).ended;

    expect(summaryOf(job)).toMatchObject({
      version: expect.any(String),
      streams: { leads: { from: expect.stringMatching(/^20/), result: 'done' } },
      waits: { rate_limit: 0 },
      errors: [],
      tap: { code: 0, signal: null },
      target: { code: 0, signal: null },
      state: { before: first, after: job.readState() },
      exit: { code: 0, reason: 'done' },
    });
  });

  test('says which side failed', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const { code } = await job.run({
      tap: [{ state: leadsAt('01-02') }, { records: 1 }, { hang: true }],
      target: { endAfter: 2, exit: 9 },
      args: [...argsFor(job), '--grace', '1'],
    });

    expect(code).toBe(9);
    expect(summaryOf(job)).toMatchObject({
      streams: null,
      errors: [expect.stringContaining('the target ended with exit code 9')],
      target: { code: 9 },
      state: { before: leadsAt('01-01'), after: leadsAt('01-02') },
      exit: { code: 9, reason: 'the target ended with exit code 9' },
    });
  });

  test('is written also when nothing could be started', async () => {
    const job = await createJob();

    const missing = await job.run({ command: ['target-that-is-not-there'], args: argsFor(job) });
    const notStarted = summaryOf(job);
    job.writeState('{');
    const broken = await job.run({ args: argsFor(job) });

    expect([missing.code, broken.code]).toEqual([127, 2]);
    expect(notStarted).toMatchObject({ tap: null, target: null, exit: { code: 127 } });
    expect(summaryOf(job)).toMatchObject({ streams: null, exit: { code: 2 } });
  });

  test('is never the state file', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const { code, stderr } = await job.start({ args: ['--summary', 'state.json'] }).ended;

    expect(code).toBe(2);
    expect(stderr).toContain('--summary: state.json: this file is already used for something else');
    expect(job.readState()).toEqual(leadsAt('01-01'));
  });
});
