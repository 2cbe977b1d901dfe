import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOwnState } from '../../src/state-file/own-state.ts';
import { resetState } from '../../src/state-file/reset-state.ts';
import { describeState, stateTable } from '../../src/state-file/show-state.ts';
import { fromMillis } from '../../src/time/instant.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';
import { createJob, eventually, type Job, leadsAt } from '../pipeline/job.ts';

const LEADS = '2026-01-02T00:00:00.000000Z';
const TASKS = '2026-01-05T21:00:00.000000Z';
const STATE = {
  bookmarks: {
    tasks: { date_updated: TASKS, resume: { run_started: TASKS, finished: [] } },
    leads: { date_updated: LEADS, rows_seen: 'AbCdEfGh' },
    elsewhere: { page: 7 },
  },
};
const known = ['tasks', 'leads'].map((stream) => ({ stream, key: 'date_updated' }));
const state = parseOwnState(STATE, 's', known);
const NOW = Date.parse('2026-01-06');
const asIs = (text: string): string => text;

const rotate = (job: Job, input: string, ...more: string[]) =>
  job.command(['state', 'rotate', '--state', job.statePath, ...more], input);
const line = (day: string): string => `${JSON.stringify(leadsAt(day))}\n`;

describe('state show', () => {
  test('is a table that shows how far each stream has come', () => {
    const shown = describeState(state, fromMillis(NOW));

    const table = stateTable(
      's.json',
      new Date(NOW - 3 * 3_600_000),
      shown,
      ['a', 'b'],
      fromMillis(NOW),
      asIs,
    );

    expect(table.split('\n')).toEqual([
      's.json, stored 2026-01-05T21:00:00.000Z (3 h ago)',
      '',
      'STREAM     KEY           BOOKMARK                     AGE',
      'elsewhere  page          7',
      'leads      date_updated  2026-01-02T00:00:00.000000Z  4 d',
      'tasks      date_updated  2026-01-05T21:00:00.000000Z  3 h  interrupted; goes on where it was',
      '',
      'AGE is how old a bookmark is. One that comes from a record, such as date_updated, grows old while nothing',
      'changes in Close.',
      '',
      'older states: 2, the newest b',
    ]);
  });

  test('has a row for a stream that was interrupted before it had a bookmark', () => {
    const begun = parseOwnState({ bookmarks: { tasks: { resume: {} } } }, 's', known);

    const shown = describeState(begun, fromMillis(NOW));
    const table = stateTable('s.json', new Date(NOW), shown, [], fromMillis(NOW), asIs);

    expect(shown.bookmarks).toEqual([
      { stream: 'tasks', key: null, bookmark: null, age_seconds: null, interrupted: true },
    ]);
    expect(table).toMatch(/^tasks +none yet +interrupted; goes on where it was$/m);
  });

  test('shows no piece of a key that a long text is cut in', async () => {
    const job = await createJob();
    const key = 'api_5gtFTBJ7TXNGTy2cXqhMpH.3qDzfSTzqYz9WQn0vRb1Ld';
    job.writeState({
      bookmarks: { leads: { date_updated: LEADS }, [`${'.'.repeat(15_986)}${key}`]: { page: 7 } },
    });

    const { code, stdout } = await job.command(['state', 'show', '--state', job.statePath]);

    expect(code).toBe(0);
    expect(stdout).toContain('......');
    expect(stdout).not.toContain(key.slice(0, 8));
  });

  test('is JSON for programs', async () => {
    const job = await createJob();
    job.writeState({ ...STATE, currently_syncing: 'leads' });

    const { code, stdout } = await job.command([
      'state',
      'show',
      '--state',
      job.statePath,
      '--format',
      'json',
    ]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      file: job.statePath,
      stored_at: expect.stringMatching(/Z$/),
      bookmarks: [
        { stream: 'elsewhere', key: 'page', bookmark: '7', age_seconds: null, interrupted: false },
        {
          stream: 'leads',
          key: 'date_updated',
          bookmark: LEADS,
          age_seconds: expect.any(Number),
          interrupted: true,
        },
        {
          stream: 'tasks',
          key: 'date_updated',
          bookmark: TASKS,
          age_seconds: expect.any(Number),
          interrupted: true,
        },
      ],
      currently_syncing: 'leads',
      older_states: [],
    });
  });

  test('without a state ends with 2, and changes nothing', async () => {
    const job = await createJob();

    const { code, stderr } = await job.command(['state', 'show', '--state', job.statePath]);

    expect(code).toBe(2);
    expect(stderr).toContain('there is no state yet');
  });
});

describe('state reset', () => {
  test('removes the bookmark of a stream, and keeps the state from before', async () => {
    const job = await createJob();
    job.writeState(STATE);
    const before = job.stateText();

    const { code, stderr } = await job.command(['state', 'reset', '--state', job.statePath, 'tasks']);

    expect(code).toBe(0);
    expect(stderr).toContain(`tasks is read from start_date again; its bookmark was ${TASKS}`);
    const { tasks: _, ...others } = STATE.bookmarks;
    expect(job.readState()).toEqual({ bookmarks: others });
    expect(job.copies().map((name) => readFileSync(join(job.dir, name), 'utf8'))).toEqual([before]);
    expect(job.leftovers()).toEqual([]);
  });

  test('sets a bookmark to a date, without the notes on an interrupted run', () => {
    const to = parseInstant('2026-01-03');

    const { next, changes } = resetState(
      parseOwnState({ ...STATE, currently_syncing: 'tasks' }, 's', known),
      { streams: ['tasks', 'leads'], to },
      's.json',
      known,
    );

    expect(next.snapshot()).toEqual({
      bookmarks: {
        tasks: { date_updated: '2026-01-03T00:00:00.000000Z' },
        leads: { date_updated: '2026-01-03T00:00:00.000000Z' },
        elsewhere: { page: 7 },
      },
    });
    expect(changes).toContain(`leads: what changed between ${LEADS} and then is not read`);
    expect(changes.join()).not.toContain('tasks: what changed');
  });

  test('of all streams leaves a state without bookmarks, which a run does not take for a lost state', async () => {
    const job = await createJob();
    job.writeState(STATE);

    await job.command(['state', 'reset', '--state', job.statePath, '--all']);
    const next = await job.run({ tap: [{ state: leadsAt('01-01') }] });

    expect(next.code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-01'));
  });

  test.each([
    [
      'an unknown stream',
      ['leeds'],
      'has no bookmark of leeds, and there is no stream of that name; did you mean leads?',
    ],
    ['a stream without a date to set', ['--to', '2026-01-01', 'elsewhere'], 'elsewhere has no date to set'],
    ['a date to come', ['--to', '2999-01-01', 'leads'], 'is in the future'],
  ])('of %s ends with 2 and leaves the file alone', async (_what, args, complaint) => {
    const job = await createJob();
    job.writeState(STATE);

    const { code, stderr } = await job.command(['state', 'reset', '--state', job.statePath, ...args]);

    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(job.readState()).toEqual(STATE);
    expect(job.copies()).toEqual([]);
  });
});

describe('state reset to a date', () => {
  test('also sets the bookmark of a stream that has none yet', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const { code } = await job.command([
      ...['state', 'reset', '--state', job.statePath],
      ...['--to', '2026-01-03', 'contacts'],
    ]);

    expect(code).toBe(0);
    expect(job.readState()).toEqual({
      bookmarks: {
        contacts: { date_updated: '2026-01-03T00:00:00.000000Z' },
        leads: { date_updated: '2026-01-05T00:00:00.000000Z' },
      },
    });
  });

  test('makes the state file before the first run', async () => {
    const job = await createJob();

    const { code } = await job.command([
      ...['state', 'reset', '--state', job.statePath],
      ...['--to', '2026-01-03', 'leads'],
    ]);

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-03'));
    expect(job.copies()).toEqual([]);
  });

  test('without a date does not change a stream without a bookmark, and says so', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const { code, stderr } = await job.command(['state', 'reset', '--state', job.statePath, 'contacts']);

    expect(code).toBe(0);
    expect(stderr).toContain('contacts has no bookmark, so it is read from start_date anyway');
    expect(job.readState()).toEqual(leadsAt('01-05'));
  });
});

/** Three states one after the other, each kept when the next came. They are made once and then copied. */
let template: Promise<Job> | undefined;
const runThrice = async (): Promise<Job> => {
  const job = await createJob();
  for (const day of ['01-01', '01-02', '01-03']) await job.run({ tap: [{ state: leadsAt(day) }] });
  return job;
};
const jobWithCopies = async (): Promise<Job> => {
  template ??= runThrice();
  const [from, job] = [await template, await createJob()];
  for (const name of ['state.json', ...from.copies()])
    copyFileSync(join(from.dir, name), join(job.dir, name));
  return job;
};

describe('state list', () => {
  test('names the older states, the newest first, with how far each had come', async () => {
    const job = await jobWithCopies();
    const files = job.copies().map((name) => join(job.dir, name));

    const text = await job.command(['state', 'list', '--state', job.statePath]);
    const json = await job.command(['state', 'list', '--state', job.statePath, '--format', 'json']);

    expect(text.stdout.split('\n').map((row) => row.split(/ {2,}/)[0])).toEqual([
      'FILE',
      ...files.toReversed(),
      '',
    ]);
    expect(JSON.parse(json.stdout)).toEqual(
      ['2026-01-02T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z'].map((bookmark, index) => ({
        file: files.at(-1 - index),
        held_until: expect.stringMatching(/Z$/),
        streams: 1,
        newest_bookmark: bookmark,
      })),
    );
  });

  test('says so when there are none', async () => {
    const job = await createJob();

    const { code, stdout } = await job.command(['state', 'list', '--state', job.statePath]);

    expect([code, stdout]).toEqual([0, 'no older states\n']);
  });
});

describe('state restore', () => {
  const restore = (job: Job, ...args: string[]) =>
    job.command(['state', 'restore', '--state', job.statePath, ...args]);

  test('puts the newest older state back, and can be undone', async () => {
    const job = await jobWithCopies();

    const first = await restore(job);
    const restored = job.readState();
    const second = await restore(job);

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(restored).toEqual(leadsAt('01-02'));
    expect(job.readState()).toEqual(leadsAt('01-03'));
    expect(job.leftovers()).toEqual([]);
  });

  test('accepts the name of any older state', async () => {
    const job = await jobWithCopies();

    const { code } = await restore(job, job.copies()[0] ?? '');

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-01'));
  });

  test.each([
    ['a name that is none of them', ['state.json.2020-01-01T00-00-00.000Z'], 'is not an older state of'],
    ['what is damaged', ['latest'], 'is not valid JSON'],
  ])('of %s ends with 2 and leaves the file alone', async (_what, args, complaint) => {
    const job = await jobWithCopies();
    if (args[0] === 'latest') writeFileSync(join(job.dir, job.copies().at(-1) ?? ''), '{"bookmarks":');

    const { code, stderr } = await restore(job, ...args);

    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(job.readState()).toEqual(leadsAt('01-03'));
  });
});

describe('state rotate', () => {
  test("stores the last state in a target's output, and ignores other lines and a cut-off end", async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));
    const output = `loading\n${line('01-02')}${line('01-03')}done\n{"bookmarks":{"lea`;
    writeFileSync(join(job.dir, 'out.jsonl'), output);

    const fromFile = await rotate(job, '', '--in', join(job.dir, 'out.jsonl'));
    const again = await rotate(job, output);

    expect([fromFile.code, again.code]).toEqual([0, 0]);
    expect(again.stderr).toContain('already held this state');
    expect(job.readState()).toEqual(leadsAt('01-03'));
    expect(job.copies().map((name) => readFileSync(join(job.dir, name), 'utf8'))).toEqual([line('01-01')]);
    expect(job.leftovers()).toEqual([]);
  });

  test('joins what a target confirms stream by stream, whatever the order of the moments', async () => {
    const job = await createJob();
    const users = '{"bookmarks":{"users":{"date_updated":"2026-01-07T00:00:00Z"}}}';

    const { code } = await rotate(job, `${line('01-04')}${users}\n${line('01-03')}`);

    expect(code).toBe(0);
    expect(job.readState()).toEqual({
      bookmarks: { ...JSON.parse(users).bookmarks, ...JSON.parse(line('01-03')).bookmarks },
    });
  });

  test('of a text without a state ends with 1, and the file stays', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const { code, stderr } = await rotate(job, 'loading\n');

    expect(code).toBe(1);
    expect(stderr).toContain('standard input: there is no state that a target confirmed');
    expect(job.readState()).toEqual(leadsAt('01-01'));
  });

  test('does not go backwards without --allow-backwards', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const unasked = await rotate(job, line('01-02'));
    const asked = await rotate(job, line('01-02'), '--allow-backwards');

    expect([unasked.code, asked.code]).toEqual([1, 0]);
    expect(unasked.stderr).toContain('goes backwards');
    expect(unasked.stderr).toContain(`not stored: ${line('01-02').trim()}`);
    expect(job.readState()).toEqual(leadsAt('01-02'));
  });

  test('prints what it could not store while another run is going on', async () => {
    const job = await createJob();
    writeFileSync(`${job.statePath}.lock`, 'whose?');

    const { code, stderr } = await rotate(job, line('01-02'));

    expect(code).toBe(75);
    expect(stderr).toContain(`not stored: ${line('01-02').trim()}`);
  });

  test.each([
    ['is damaged', '{"bookmarks":', 'is not valid JSON'],
    ['is empty, with older ones beside it', '', 'holds nothing, but older states are there'],
    ['is that of another tap', '{"bookmarks":{"issues":{"since":"2026-01-01"}}}', 'the state of another tap'],
  ])('tells what it could not store when the file %s', async (_what, content, complaint) => {
    const job = await createJob();
    job.writeState(content);
    writeFileSync(`${job.statePath}.2026-01-05T00-00-00.000Z`, line('01-01'));

    const { code, stderr } = await rotate(job, line('01-02'));

    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
    expect(stderr).toContain(`ERROR not stored: ${line('01-02').trim()}`);
    expect(job.stateText()).toBe(content);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'stopped by %s ends at once, even if its input is open, and stores nothing',
    async (signal, expected) => {
      const job = await createJob();
      job.writeState(leadsAt('01-01'));
      const rotating = job.begin(['state', 'rotate', '--state', job.statePath], {
        input: `loading\n${line('01-02')}`,
        open: true,
      });
      // The warning appears when the other line has been read, and the state came with it.
      await eventually(() => rotating.stderr().includes('loading'));

      rotating.process.kill(signal);
      const { code, stderr } = await rotating.ended;

      expect(code).toBe(expected);
      expect(stderr).toContain(`not stored: ${line('01-02').trim()}`);
      expect(job.readState()).toEqual(leadsAt('01-01'));
      expect(job.leftovers()).toEqual([]);
    },
  );

  test('from a file that does not exist ends with 2', async () => {
    const job = await createJob();

    const { code, stderr } = await rotate(job, '', '--in', 'nothing.jsonl');

    expect(code).toBe(2);
    expect(stderr).toContain('nothing.jsonl: there is no such file');
  });

  test('from a directory ends with 2', async () => {
    const job = await createJob();

    const { code, stderr } = await rotate(job, '', '--in', job.dir);

    expect(code).toBe(2);
    expect(stderr).toContain(`${job.dir}: is a directory, not a file`);
  });
});
