import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createJob, eventually, FAKE_TARGET, leadsAt } from './job.ts';

describe('a run', () => {
  test('keeps the newest state that the target confirmed, and the state from before beside it', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const { code, stderr } = await job.run({
      tap: [
        { state: leadsAt('01-01') },
        { records: 3 },
        { state: leadsAt('01-02') },
        { state: leadsAt('01-03') },
      ],
    });

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-03'));
    expect(job.stateText()).toMatch(/^\{.*\}\n$/);
    expect(job.copies().map((name) => readFileSync(join(job.dir, name), 'utf8'))).toEqual([
      `${JSON.stringify(leadsAt('01-01'))}\n`,
    ]);
    expect(job.leftovers()).toEqual([]);
    expect(stderr).toContain(`--config ${job.dir}/config.json --state ${job.dir}/state.json`);
  });

  test('is a first run without a state file, and makes one that only its owner may read', async () => {
    const job = await createJob();

    const { code } = await job.run({ tap: [{ state: leadsAt('01-02') }] });

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(statSync(job.statePath).mode & 0o777).toBe(0o600);
    expect(job.copies()).toEqual([]);
  });

  test('keeps the permissions of the state file, and a symbolic link to it', async () => {
    const job = await createJob();
    const real = join(job.dir, 'real.json');
    writeFileSync(real, JSON.stringify(leadsAt('01-01')));
    chmodSync(real, 0o640);
    symlinkSync('real.json', job.statePath);

    const { code } = await job.run({ tap: [{ state: leadsAt('01-02') }] });

    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual(leadsAt('01-02'));
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  test('gives the target its arguments unchanged', async () => {
    const job = await createJob();
    const args = ['--config', 't.json', '--keep', '3', '--', '', '-s', '$HOME'];

    const { code } = await job.run({ command: [...FAKE_TARGET, ...args] });

    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(job.dir, 'target.args'), 'utf8'))).toEqual(args);
  });

  test('stores each state as soon as the target confirms it', async () => {
    const job = await createJob();
    const running = job.start({
      tap: [{ state: leadsAt('01-02') }, { until: 'go' }, { state: leadsAt('01-03') }],
    });

    await eventually(() => existsSync(job.statePath));
    const early = job.readState();
    writeFileSync(join(job.dir, 'go'), '');
    await running.ended;

    expect(early).toEqual(leadsAt('01-02'));
    expect(job.readState()).toEqual(leadsAt('01-03'));
  });

  test('makes the tap wait for the target', async () => {
    const job = await createJob();
    const running = job.start({
      tap: [{ touch: 'begun' }, { records: 50_000 }, { touch: 'done' }],
      target: { readNothing: true },
      args: ['--target-timeout', '1'],
    });

    const { code } = await running.ended;

    expect(existsSync(join(job.dir, 'begun'))).toBe(true);
    expect(existsSync(join(job.dir, 'done'))).toBe(false);
    expect(code).toBe(1);
  });

  test('changes nothing when nothing changed', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));
    // A whole second: some file systems keep no more of a time than `run` sets back.
    const before = new Date('2026-01-02T03:04:05Z');
    utimesSync(job.statePath, before, before);

    const { code } = await job.run({ tap: [{ state: leadsAt('01-01') }] });

    expect(code).toBe(0);
    expect(statSync(job.statePath).mtime).toEqual(before);
    expect(job.copies()).toEqual([]);
  });
});

describe('the older states', () => {
  const runTimes = async (times: number, keep: string) => {
    const job = await createJob();
    for (let day = 1; day <= times; day++) {
      const sides = { tap: [{ state: leadsAt(`01-0${day}`) }, { state: leadsAt(`01-0${day}`) }] };
      await job.run({ ...sides, args: ['--keep', keep] });
    }
    return job;
  };

  test.each([
    ['0', []],
    ['2', ['01-02', '01-03']],
    ['14', ['01-01', '01-02', '01-03']],
  ])('of four runs with --keep %s', async (keep, days) => {
    const job = await runTimes(4, keep);

    const kept = job.copies().map((name): unknown => JSON.parse(readFileSync(join(job.dir, name), 'utf8')));
    expect(kept).toEqual(days.map(leadsAt));
    expect(job.readState()).toEqual(leadsAt('01-04'));
  });

  test('of the last days are kept, with --keep and a number of days', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));
    const old = 'state.json.2026-01-01T00-00-00.000Z';
    writeFileSync(join(job.dir, old), JSON.stringify(leadsAt('01-02')));

    await job.run({ tap: [{ state: leadsAt('01-03') }], args: ['--keep', '30d'] });

    expect(job.copies()).toHaveLength(1);
    expect(job.copies()).not.toContain(old);
  });

  test('do not include a state that differs only by the clock of its run', async () => {
    const job = await createJob();
    const idle = (hour: string, day = '01-01') => ({
      bookmarks: {
        event_log: { date_updated: `2026-01-09T${hour}:00:00.000000Z` },
        leads: {
          date_updated: `2026-${day}T00:00:00.000000Z`,
          changes_since: `2026-01-09T${hour}:00:00.000000Z`,
        },
      },
    });
    job.writeState(idle('00'));

    for (const hour of ['01', '02', '03']) await job.run({ tap: [{ state: idle(hour) }] });
    const copiesOfIdleRuns = job.copies();
    const stored = job.readState();
    await job.run({ tap: [{ state: idle('04', '01-02') }] });

    expect(copiesOfIdleRuns).toEqual([]);
    expect(stored).toEqual(idle('03'));
    expect(
      job.copies().map((name): unknown => JSON.parse(readFileSync(join(job.dir, name), 'utf8'))),
    ).toEqual([idle('03')]);
  });

  test('include each state once, also if a run was killed just after it had kept one', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));
    const copy = 'state.json.2026-01-01T00-00-00.000Z';
    writeFileSync(join(job.dir, copy), job.stateText());

    await job.run({ tap: [{ state: leadsAt('01-02') }] });

    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(job.copies()).toEqual([copy]);
  });

  test('do not change any other file beside the state', async () => {
    const job = await createJob();
    const others = ['state.json.bak', 'state.json.2026', 'my-state.json.2026-11-23T22-14-05.123Z'];
    for (const name of others) writeFileSync(join(job.dir, name), 'mine');
    job.writeState(leadsAt('01-01'));

    await job.run({ tap: [{ state: leadsAt('01-02') }], args: ['--keep', '0'] });

    expect(others.map((name) => readFileSync(join(job.dir, name), 'utf8'))).toEqual(['mine', 'mine', 'mine']);
  });
});

describe('a target', () => {
  test('that confirms only the streams it saw does not lose the others', async () => {
    const job = await createJob();
    const users = { users: { date_updated: '2026-01-01T00:00:00Z' } };
    job.writeState({ bookmarks: { ...users, leads: { date_updated: '2026-01-01T00:00:00Z' } }, note: 1 });

    const { code } = await job.run({
      tap: [{ state: { bookmarks: { ...users, leads: { date_updated: '2026-01-02T00:00:00Z' } } } }],
      target: { only: 'leads' },
    });

    expect(code).toBe(0);
    expect(job.readState()).toEqual({
      bookmarks: { ...users, leads: { date_updated: '2026-01-02T00:00:00Z' } },
      note: 1,
    });
  });

  test('may wrap the state in a message', async () => {
    const job = await createJob();

    await job.run({ tap: [{ state: leadsAt('01-02') }], target: { wrapped: true } });

    expect(job.readState()).toEqual(leadsAt('01-02'));
  });

  test('that prints other lines gives one warning, and none of them is stored', async () => {
    const job = await createJob();
    const noise = [
      'api_secret_of_the_job \u001b[31mloading\n',
      '{"level":"info","bookmarks":3}\n',
      '[1]\nnull\n{}\n',
      '{"bookmarks":{"issues":{"since":"2027-01-01"}}}\n',
      '{"bookmarks":{"leads":{"date_updated":"yesterday"}}}\n',
      `{"type":"RECORD","record":${JSON.stringify(leadsAt('05-05'))}}\n`,
      '{"bookmarks":{"leads":{"date_upd',
    ];

    const { code, stderr } = await job.run({
      tap: [{ state: leadsAt('01-02') }],
      target: { first: ['\n', ...noise.slice(0, 1)], last: noise.slice(1) },
    });

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(stderr).toContain('is not a state: [redacted] \\u001b[31mloading\n');
    expect(stderr.match(/ignored a line/g)).toHaveLength(1);
    expect(stderr).toContain('ignored 9 lines of the target that are not states');
  });

  test('that confirms nothing gives a warning that the next run reads the same records again', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const { code, stderr } = await job.run({ tap: [{ state: leadsAt('01-02') }], target: { silent: true } });

    expect(code).toBe(0);
    expect(stderr).toContain('not changed, because the target printed no state');
    expect(job.readState()).toEqual(leadsAt('01-01'));
    expect(job.copies()).toEqual([]);
  });

  const fullTablesAlone = {
    streams: [{ tap_stream_id: 'roles', metadata: [{ breadcrumb: [], metadata: { selected: true } }] }],
  };

  test.each([
    ['is a warning too', [], true],
    ['is none where the tap has no other to print', ['--catalog'], false],
  ])('that confirms empty states alone %s', async (_what, option, warned) => {
    const job = await createJob();
    const catalog = join(job.dir, 'catalog.json');
    writeFileSync(catalog, JSON.stringify(fullTablesAlone));
    const empty = { bookmarks: {} };

    const { code, stderr } = await job.run({
      tap: [{ records: 1 }, { state: empty }, { state: empty }],
      args: option.flatMap((name) => [name, catalog]),
    });

    expect(code).toBe(0);
    expect(stderr.includes('not changed, because the target printed only empty states')).toBe(warned);
    expect(stderr.includes('WARNING')).toBe(warned);
  });

  test('that does not exist gives exit code 127, before anything is read', async () => {
    const job = await createJob();

    const { code, stderr } = await job.run({ command: ['target-that-is-not-there', '--config', 'x'] });

    expect(code).toBe(127);
    expect(stderr).toContain(
      'CRITICAL target-that-is-not-there: cannot be started: there is no such program',
    );
    expect(stderr).not.toContain('FAKE TAP');
    expect(job.leftovers()).toEqual([]);
  });

  test('that may not be executed gives exit code 126', async () => {
    const job = await createJob();

    const { code } = await job.run({ command: [join(job.dir, 'config.json')] });

    expect(code).toBe(126);
  });

  test.each([
    ['dies', { exit: 9 }, 9],
    ['is killed', { signal: 'SIGKILL' }, 137],
    ['ends well before it has read everything', { exit: 0 }, 1],
  ])(
    'that %s ends the tap, and what it confirmed is stored',
    async (_how, how, expected) => {
      const job = await createJob();

      const { code, stderr } = await job.run({
        tap: [{ state: leadsAt('01-02') }, { records: 1 }, { hang: true }],
        target: { endAfter: 2, ...how },
        args: ['--grace', '1'],
      });

      expect(code).toBe(expected);
      expect(job.readState()).toEqual(leadsAt('01-02'));
      expect(stderr).toMatch(/CRITICAL the target (ended|was ended|stopped reading)/);
    },
    30_000,
  );

  test('that closes its input ends the reading', async () => {
    const job = await createJob();

    const { code } = await job.run({ tap: [{ records: 50_000 }], target: { closeInput: true } });

    expect(code).toBe(1);
  });

  // Side by side, for they wait.
  test.concurrent.each([
    ['', {}],
    [', even if it will not end when asked', { stubborn: true }],
  ])(
    'that hangs after its input is ended%s, and what it confirmed is stored',
    async (_, how) => {
      const job = await createJob();

      const { code, stderr } = await job.run({
        tap: [{ state: leadsAt('01-02') }],
        target: { hang: true, ...how },
        args: ['--target-timeout', '1'],
      });

      expect(code).toBe(1);
      expect(stderr).toContain('the target has hung for 1 seconds');
      expect(job.readState()).toEqual(leadsAt('01-02'));
    },
    30_000,
  );

  test.concurrent('does not make the run wait for a program that it started and that keeps its output open', async () => {
    const job = await createJob();

    const sleeper = join(job.dir, 'sleeper');
    const { code } = await job.run({
      command: ['sh', '-c', 'sleep 600 2> /dev/null & echo $! > "$0"; cat > /dev/null', sleeper],
    });

    expect(code).toBe(0);
    execFileSync('kill', [readFileSync(sleeper, 'utf8').trim()]);
  });
});

describe('the exit code', () => {
  test.each([
    ['of the tap, when it fails', [{ exit: 2 }], {}, 2],
    ['of the tap, killed', [{ die: 'SIGKILL' }], {}, 137],
    ['of the tap, when the target fails for its sake', [{ exit: 1 }], { exit: 5 }, 1],
    ['of the target, when it fails', [], { exit: 5 }, 5],
  ])('is that %s', async (_whose, last, target, expected) => {
    const job = await createJob();

    const { code } = await job.run({ tap: [{ state: leadsAt('01-02') }, ...last], target });

    expect(code).toBe(expected);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(job.leftovers()).toEqual([]);
  });

  test('is that of a tap that was killed inside a line; the target does not see that line', async () => {
    const job = await createJob();
    const whole = JSON.stringify({ type: 'STATE', value: leadsAt('01-02') });

    const { code, stderr } = await job.run({
      tap: [{ write: `${whole}\n{"type":"REC` }, { write: 'ORD"' }, { die: 'SIGKILL' }],
    });

    expect(code).toBe(137);
    expect(stderr).toContain('the tap ended inside a line');
    expect(readFileSync(join(job.dir, 'target.read'), 'utf8')).toBe('1');
    expect(job.readState()).toEqual(leadsAt('01-02'));
  });

  test('is that of a target that ends while the tap is inside a line; the tap does not count as failed', async () => {
    const job = await createJob();

    const { code, stderr } = await job.run({
      tap: [{ state: leadsAt('01-02') }, { write: '{"type":"REC' }, { hang: true }],
      target: { endAfter: 1, exit: 9 },
    });

    expect(code).toBe(9);
    expect(stderr.match(/\bCRITICAL.*/g)).toEqual([
      expect.stringContaining('CRITICAL the target ended with'),
    ]);
  });

  test('is 1 when a tap ends with 0 but inside a line', async () => {
    const job = await createJob();

    const { code } = await job.run({ tap: [{ state: leadsAt('01-02') }, { write: '{"type":"REC' }] });

    expect(code).toBe(1);
    expect(job.readState()).toEqual(leadsAt('01-02'));
  });
});
