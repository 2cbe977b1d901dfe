import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LockedError } from '../../src/errors.ts';
import { takeLock } from '../../src/state-file/lock.ts';
import { type Claim, isAlive, processTable } from '../../src/state-file/lock-claim.ts';
import { createJob, eventually, HAS_PROC, leadsAt } from '../pipeline/job.ts';

const processes = processTable((pid, signal) => process.kill(pid, signal));
/** The pid of a process that has ended. */
const deadPid = (): number => spawnSync('true').pid;
const claimOf = (pid: number, more: Partial<Claim> = {}): Claim => ({
  token: '0123abcd',
  pid,
  host: 'here',
  place: processes.place,
  process_started: processes.startOf(pid),
  since: '2026-11-23T22:14:05.000Z',
  ...more,
});
const lockPath = (): string => join(mkdtempSync(join(tmpdir(), 'lock-')), 'state.json.lock');
const taker = () => {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const log = { debug: say, info: say, warning: say, error: say, critical: say, metric: () => {} };
  return {
    said,
    options: {
      pid: process.pid,
      processes,
      now: () => Date.now(),
      log,
      signal: new AbortController().signal,
    },
  };
};

describe('a lock', () => {
  test('is held by one run, and free again afterwards', async () => {
    const path = lockPath();
    const { options, said } = taker();

    const lock = await takeLock(path, options);
    const second = takeLock(path, options);
    await expect(second).rejects.toThrow(LockedError);
    await expect(second).rejects.toThrow(`process ${process.pid} on `);
    await lock.assertOwner();
    await lock.release();
    const third = await takeLock(path, options);
    await third.release();

    expect(said).toEqual([]);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('of a dead run is taken over by only one of many runs that find it', async () => {
    for (let round = 0; round < 12; round++) {
      const path = lockPath();
      writeFileSync(path, JSON.stringify(claimOf(deadPid())));
      const { options, said } = taker();

      const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, options)));

      expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of taken) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(LockedError);
        else await result.value.release();
      }
      expect(said).toHaveLength(1);
      expect(readdirSync(join(path, '..'))).toEqual([]);
    }
  });

  test('of a dead run is taken over even if another run was killed while taking it over', async () => {
    const path = lockPath();
    writeFileSync(path, JSON.stringify(claimOf(deadPid())));
    writeFileSync(`${path}.0123abcd`, JSON.stringify(claimOf(deadPid(), { token: 'abcd0123' })));
    const { options } = taker();

    const lock = await takeLock(path, options);
    await lock.release();

    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('removes what killed runs left while they took it, and nothing of running ones', async () => {
    const path = lockPath();
    const dead = JSON.stringify(claimOf(deadPid()));
    const living = JSON.stringify(claimOf(process.pid));
    const elsewhere = JSON.stringify(claimOf(1, { place: 'another' }));
    const left = { '.00000001.tmp': dead, '.00000002': dead, '.00000002.00000003.tmp': dead };
    const others = {
      '.00000004.tmp': living,
      '.00000005': living,
      // It is not known yet whether the owners of these are running.
      '.00000006.tmp': '',
      '.00000007.tmp': elsewhere,
      '.bak': dead,
      '.0000000g.tmp': dead,
    };
    for (const [end, text] of Object.entries({ ...left, ...others })) writeFileSync(`${path}${end}`, text);

    const soon = await takeLock(path, taker().options);
    await soon.release();
    const kept = readdirSync(join(path, '..'));
    for (const end of ['.00000006.tmp', '.00000007.tmp']) utimesSync(`${path}${end}`, 0, 0);
    const later = await takeLock(path, taker().options);
    await later.release();

    const names = (ends: readonly string[]) => ends.map((end) => `state.json.lock${end}`).sort();
    expect(kept.sort()).toEqual(names(Object.keys(others)));
    expect(readdirSync(join(path, '..')).sort()).toEqual(
      names(['.00000004.tmp', '.00000005', '.bak', '.0000000g.tmp']),
    );
  });

  test('is taken even if its draft is removed meanwhile', async () => {
    const path = lockPath();
    const { options } = taker();
    // Another run that removes every draft as a leftover, once.
    const cleared = new Set<string>();
    let done = false;
    const clearing = (async () => {
      while (!done) {
        for (const name of readdirSync(join(path, '..'))) {
          if (!name.endsWith('.tmp') || cleared.has(name)) continue;
          rmSync(join(path, '..', name), { force: true });
          cleared.add(name);
        }
        await new Promise(setImmediate);
      }
    })();

    for (let round = 0; round < 25; round++) await (await takeLock(path, options)).release();
    done = true;
    await clearing;

    expect(cleared.size).toBeGreaterThan(0);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('that was lost is noticed, and left to the run that has it', async () => {
    const path = lockPath();
    const lock = await takeLock(path, taker().options);
    const other = JSON.stringify(claimOf(process.pid));
    writeFileSync(path, other);

    await expect(lock.assertOwner()).rejects.toThrow('nothing more is stored');
    await lock.release();

    expect(readFileSync(path, 'utf8')).toBe(other);
  });

  test('shows that its holder is running, and its text stays', async () => {
    const path = lockPath();
    const lock = await takeLock(path, { ...taker().options, heartbeatMs: 5 });
    const text = readFileSync(path, 'utf8');
    utimesSync(path, new Date(0), new Date(0));

    await eventually(() => statSync(path).mtimeMs > 0);
    await lock.assertOwner();
    await lock.release();

    expect(JSON.parse(text)).toMatchObject({ pid: process.pid });
    expect(existsSync(path)).toBe(false);
  });

  test.each<[string, (path: string) => void]>([
    ['a symbolic link', (path) => symlinkSync('elsewhere', path)],
    ['a symbolic link', (path) => symlinkSync('/dev/null', path)],
    ['a directory', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ])('that is %s is refused at once and left as it is', async (what, put) => {
    const path = lockPath();
    put(path);

    await expect(takeLock(path, taker().options)).rejects.toThrow(
      `${path}: is ${what}, so it cannot be the lock`,
    );

    expect(readdirSync(join(path, '..'))).toEqual(['state.json.lock']);
  });

  test('is taken even if leftovers are not files', async () => {
    const path = lockPath();
    execFileSync('mkfifo', [`${path}.00000001.tmp`]);
    symlinkSync('elsewhere', `${path}.00000002`);

    const lock = await takeLock(path, taker().options);
    await lock.release();

    expect(readdirSync(join(path, '..')).sort()).toEqual([
      'state.json.lock.00000001.tmp',
      'state.json.lock.00000002',
    ]);
  });

  test('is not taken by a run that was told to stop', async () => {
    const path = lockPath();
    const signal = AbortSignal.abort(new Error('stopped'));

    await expect(takeLock(path, { ...taker().options, signal })).rejects.toThrow('stopped');

    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('that keeps changing is given up', async () => {
    const path = lockPath();
    // A process that has always ended by the time another run looks for it.
    const dead = claimOf(deadPid());
    const { options } = taker();
    const processes = {
      ...options.processes,
      isRunning: () => {
        const token = Math.floor(Math.random() * 2 ** 32)
          .toString(16)
          .padStart(8, '0');
        writeFileSync(path, JSON.stringify({ ...dead, token }));
        return false;
      },
    };
    writeFileSync(path, JSON.stringify(dead));

    await expect(takeLock(path, { ...options, processes })).rejects.toThrow('it keeps changing');
  });

  test('that cannot be read is not touched', async () => {
    const path = lockPath();
    writeFileSync(path, '12345');

    await expect(takeLock(path, taker().options)).rejects.toThrow('cannot tell whose lock this is');

    expect(readFileSync(path, 'utf8')).toBe('12345');
  });
});

describe('the holder of a lock', () => {
  const here = { place: 'here', isRunning: () => true, startOf: () => '500' };
  const claim = claimOf(7, { place: 'here', process_started: '500' });
  const hour = 3_600_000;

  test.each([
    ['counts as running while its process runs, however long it is silent', claim, here, hour, true],
    ['counts as dead when its process has ended', claim, { ...here, isRunning: () => false }, 0, false],
    [
      'counts as dead when its pid belongs to a later process',
      claim,
      { ...here, startOf: () => '501' },
      0,
      false,
    ],
    [
      'on another machine counts as running while it gives signs of life',
      claim,
      { ...here, place: 'there' },
      60_000,
      true,
    ],
    [
      'on another machine counts as dead after a long silence',
      claim,
      { ...here, place: 'there' },
      hour,
      false,
    ],
    [
      'with an unknown start counts as running while it gives signs of life',
      claim,
      { ...here, startOf: () => null },
      60_000,
      true,
    ],
    [
      'with an unknown start counts as dead after a long silence',
      claim,
      { ...here, startOf: () => null },
      hour,
      false,
    ],
  ])('%s', (_what, who, table, silentMs, expected) => {
    expect(isAlive(who, table, silentMs)).toBe(expected);
  });

  test('is looked up in the real process table', async () => {
    const child = spawn('sleep', ['600']);
    const pid = child.pid ?? 0;
    const gone = new Promise((resolve) => child.once('exit', resolve));

    expect([processes.isRunning(pid), processes.isRunning(1)]).toEqual([true, true]);
    child.kill();
    await gone;
    expect(processes.isRunning(pid)).toBe(false);
  });
});

test.runIf(HAS_PROC)(
  'a process that has ended counts as dead, even if its parent has not collected it',
  async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 600']);
    const [pid = ''] = await once(parent.stdout, 'data');

    await eventually(() => !processes.isRunning(Number(pid)));
    const stillThere = existsSync(`/proc/${Number(pid)}`);
    parent.kill();

    expect(stillThere).toBe(true);
  },
);

describe('a run', () => {
  test('beside another run ends with 75, says which run it is, and does nothing', async () => {
    const job = await createJob();
    const first = job.start({ tap: [{ touch: 'begun' }, { until: 'go' }, { state: leadsAt('01-02') }] });
    await eventually(() => existsSync(join(job.dir, 'begun')));

    const second = await job.run({ tap: [{ state: leadsAt('01-09') }] });
    const reset = await job.command(['state', 'reset', '--state', job.statePath, '--all']);
    writeFileSync(join(job.dir, 'go'), '');
    const ended = await first.ended;

    expect([second.code, reset.code, ended.code]).toEqual([75, 75, 0]);
    expect(second.stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\S+Z CRITICAL .*another run has the state file: process ${first.process.pid} on .*, since 2.*; nothing was done$`,
        ),
      ),
    ]);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(job.leftovers()).toEqual([]);
  });

  test('that finds the lock of a dead run takes it over with a warning; of five runs at once, one does', async () => {
    const job = await createJob();
    const pid = deadPid();
    writeFileSync(`${job.statePath}.lock`, JSON.stringify(claimOf(pid)));
    let ended = 0;
    const all = Array.from({ length: 5 }, () =>
      job.start({ tap: [{ until: 'go' }, { state: leadsAt('01-02') }] }),
    );
    for (const { ended: end } of all) void end.then(() => (ended += 1));

    await eventually(() => ended === 4);
    writeFileSync(join(job.dir, 'go'), '');
    const results = await Promise.all(all.map((running) => running.ended));

    expect(results.map(({ code }) => code).sort()).toEqual([0, 75, 75, 75, 75]);
    const said = results.map(({ stderr }) => stderr).join('');
    expect(
      said.match(
        new RegExp(`WARNING .*was left by process ${pid}, which has ended; this run takes it over`, 'g'),
      ),
    ).toHaveLength(1);
    expect(job.leftovers()).toEqual([]);
  });

  test('takes over a lock from another machine only after its signs of life have ended', async () => {
    const job = await createJob();
    const lock = `${job.statePath}.lock`;
    writeFileSync(lock, JSON.stringify(claimOf(1, { place: 'another', host: 'worker-2' })));

    const asked = Date.now();
    const soon = await job.run({ tap: [{ state: leadsAt('01-02') }] });
    utimesSync(lock, new Date(0), new Date(0));
    const later = await job.run({ tap: [{ state: leadsAt('01-02') }] });

    expect([soon.code, later.code]).toEqual([75, 0]);
    expect(soon.stderr).toContain('process 1 on worker-2, since 2026-11-23T22:14:05.000Z');
    const from = /can be taken over from (\S+) on, or at once when you remove/.exec(soon.stderr)?.[1] ?? '';
    expect(Math.abs(Date.parse(from) - (asked + 5 * 60_000))).toBeLessThan(10_000);
  });
});

/** The shell line that runs a program as a user without special permissions; null if there is no such user. */
const unprivileged = (() => {
  if (process.getuid?.() !== 0) return 'exec "$@"';
  const line = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
  return spawnSync('sh', ['-c', line, 'sh', 'test', '-r', import.meta.filename]).status === 0 ? line : null;
})();

describe('a run that can store no more', () => {
  /** A run whose first state is stored. Then something happens to the directory, and a second state comes. */
  const runWhile = async (happens: (states: string) => void, shell = 'exec "$@"') => {
    const job = await createJob();
    const states = join(job.dir, 'states');
    const statePath = join(states, 'state.json');
    mkdirSync(states);
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', job.dir]);
    const tap = [{ state: leadsAt('01-02') }, { until: 'go' }, { state: leadsAt('01-03') }];
    const running = job.start({ tap, statePath, shell });
    await eventually(() => existsSync(statePath));
    happens(states);
    writeFileSync(join(job.dir, 'go'), '');
    return { ...(await running.ended), states };
  };
  const expectLost = ({ code, stderr }: { code: number | null; stderr: string }, why: string) => {
    expect(code).toBe(1);
    expect(stderr).toContain(`ERROR ${why}\n`);
    expect(stderr).toContain(`confirmed by the target, and not stored: ${JSON.stringify(leadsAt('01-03'))}`);
    expect(stderr).not.toContain('holds the newest state');
    expect(stderr).not.toContain('CRITICAL');
  };

  test('because its directory is gone says so', async () => {
    const ended = await runWhile((states) => rmSync(states, { recursive: true }));

    expectLost(ended, `${ended.states}: is gone, and the state file with it, so nothing more is stored`);
  });

  test('because its lock was removed says so', async () => {
    const ended = await runWhile((states) => rmSync(join(states, 'state.json.lock')));

    expectLost(
      ended,
      `${ended.states}/state.json.lock: the lock was removed while the run was going on, so nothing more is stored`,
    );
  });

  test.runIf(unprivileged)('nor remove its lock ends with its own exit code, and says so', async () => {
    const ended = await runWhile((states) => chmodSync(states, 0o555), unprivileged ?? '');
    chmodSync(ended.states, 0o755);

    const reason = 'permission denied (EACCES)';
    expectLost(
      ended,
      `${ended.states}/state.json: cannot be written: ${reason}; the state before is untouched`,
    );
    expect(ended.stderr).toContain(
      `WARNING ${ended.states}/state.json.lock: cannot be removed: ${reason}; the next run takes it over`,
    );
    expect(JSON.parse(readFileSync(join(ended.states, 'state.json'), 'utf8'))).toEqual(leadsAt('01-02'));
  });
});
