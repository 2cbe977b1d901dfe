import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createJob, type Ended, type Job, leadsAt } from '../pipeline/job.ts';

const TAP = [{ state: leadsAt('01-09') }];
const OLDER = 'state.json.2026-01-05T00-00-00.000Z';

describe('a run continues from a state file that can be read, and keeps a copy of it:', () => {
  test.each([
    ['an empty one', ''],
    ['one of white space', ' \n\n'],
    ['one that holds null', 'null\n'],
    [
      'one that has other lines, too',
      `{"a":1}\n${JSON.stringify(leadsAt('01-02'))}\n{"type":"RECORD"}\n{}\n`,
    ],
    ['one of many lines', `${JSON.stringify(leadsAt('01-01'))}\n${JSON.stringify(leadsAt('01-02'))}\n`],
    ['one whose last line is cut off', `${JSON.stringify(leadsAt('01-02'))}\n{"bookm`],
    ['a STATE message', JSON.stringify({ type: 'STATE', value: leadsAt('01-02') })],
    ["Meltano's wrapping", JSON.stringify({ singer_state: leadsAt('01-02') })],
    [
      "the Python tap's",
      '{"bookmarks":{"leads":{"date_updated":"2026-01-02T00:00:00+00:00","offset":{"skip":7}}}}',
    ],
  ])('%s', async (_what, content) => {
    const job = await createJob();
    job.writeState(content);

    const { code } = await job.run({ tap: TAP });

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-09'));
    const kept = job.copies().map((name) => readFileSync(join(job.dir, name), 'utf8'));
    expect(kept).toEqual(['', 'null'].includes(content.trim()) ? [] : [content]);
  });
});

describe('a state file that cannot be read ends the run with 2 before it begins, and is unchanged:', () => {
  test.each([
    ['a partial one', '{"bookmarks":{"leads":{"date_upd', 'as if it was cut off; restore an older state'],
    ['one that is not an object', '[1,2]', 'must be an object'],
    [
      'one with a date that is none',
      '{"bookmarks":{"leads":{"date_updated":"soon"}}}',
      'must be a date such as',
    ],
    ['a record', '{"type":"RECORD","stream":"leads"}', 'is a RECORD message, not a state'],
    ['a config', '{"api_key":"x"}', 'has no "bookmarks"'],
    [
      'that of another tap',
      '{"bookmarks":{"issues":{"since":"2026-01-01"}}}',
      'is the state of another tap: it has issues',
    ],
  ])('%s', async (_what, content, complaint) => {
    const job = await createJob();
    job.writeState(content);

    const { code, stderr } = await job.run({ tap: TAP });

    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain('FAKE TAP');
    expect(job.stateText()).toBe(content);
    expect(job.copies()).toEqual([]);
    expect(job.leftovers()).toEqual([]);
  });

  test('one that is cut off, with older states beside it, names the newest of them', async () => {
    const job = await createJob();
    job.writeState('{"bookmarks"');
    writeFileSync(join(job.dir, OLDER), JSON.stringify(leadsAt('01-05')));

    const { code, stderr } = await job.run({ tap: TAP });

    expect(code).toBe(2);
    expect(stderr).toContain(`the newest of the older states is ${job.dir}/${OLDER}`);
  });

  test.each([
    ['is gone', null],
    ['holds nothing', ''],
    // `jq .missing` writes this.
    ['holds nothing', 'null\n'],
  ])('one that %s while older ones are there, unless that is meant', async (how, content) => {
    const job = await createJob();
    if (content !== null) job.writeState(content);
    writeFileSync(join(job.dir, OLDER), JSON.stringify(leadsAt('01-05')));

    const unasked = await job.run({ tap: [{ state: leadsAt('01-02') }] });
    const asked = await job.run({ tap: [{ state: leadsAt('01-02') }], args: ['--allow-backwards'] });

    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain(`${how}, but older states are there; to go on from the newest: cp `);
    expect(unasked.stderr).not.toContain('FAKE TAP');
    expect(asked.code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(job.copies()).toEqual([OLDER]);
  });

  test('a directory', async () => {
    const job = await createJob();
    mkdirSync(job.statePath);

    const { code, stderr } = await job.run({ tap: TAP });

    expect(code).toBe(2);
    expect(stderr).toContain('is not a regular file, so it cannot hold a state');
  });

  test('one in a directory that does not exist', async () => {
    const job = await createJob();

    const { code, stderr } = await job.run({ tap: TAP, statePath: join(job.dir, 'nowhere', 'state.json') });

    expect(code).toBe(2);
    expect(stderr).toContain('is not a directory (ENOENT); make it first');
  });
});

describe('a mistake in the files of the tap ends the run before anything is started:', () => {
  const expectNothingStarted = (job: Job, { code, stderr }: Ended, complaint: string) => {
    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain('FAKE TAP');
    expect(existsSync(join(job.dir, 'target.pid'))).toBe(false);
    expect(job.leftovers()).toEqual([]);
  };

  test.each([
    ['no config', 'config.json', null, 'there is no such config file'],
    ['a wrong config', 'config.json', '{"api_key":7}', 'api_key: must be'],
    ['no catalog', 'catalog.json', null, 'there is no such catalog file'],
    ['a wrong catalog', 'catalog.json', '{"streams":"all"}', 'streams: must be a list'],
  ])('%s', async (_what, name, content, complaint) => {
    const job = await createJob();
    const file = join(job.dir, name);
    writeFileSync(join(job.dir, 'catalog.json'), '{"streams":[]}');
    if (content === null) rmSync(file);
    else writeFileSync(file, content);

    const ended = await job.run({ tap: TAP, args: ['--catalog', join(job.dir, 'catalog.json')] });

    expectNothingStarted(job, ended, complaint);
  });

  test.each(['config', 'catalog'])(
    'a %s that comes through a pipe, which can be read only once',
    async (what) => {
      const job = await createJob();
      const pipe = join(job.dir, 'pipe');
      execFileSync('mkfifo', [pipe]);

      const ended = await job.run({ tap: TAP, args: [`--${what}`, pipe] });

      expectNothingStarted(job, ended, `${pipe}: is not a regular file, and can be read only once`);
    },
  );
});
