import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createKeeper } from '../../src/state-file/keeper.ts';
import { parseOwnState } from '../../src/state-file/own-state.ts';
import { readStored } from '../../src/state-file/state-file.ts';
import { StoreError } from '../../src/state-file/store-error.ts';
import { writeAtomically } from '../../src/state-file/write-atomically.ts';
import { createJob, eventually, type Job, leadsAt } from '../pipeline/job.ts';

const TAP = [{ state: leadsAt('01-09') }];
const known = [{ stream: 'leads', key: 'date_updated' }];

const mounts: string[] = [];
const mount = (options: string): string => {
  const path = mkdtempSync(join(tmpdir(), 'disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  mounts.push(path);
  return path;
};
/** Only root may mount, and not in every container. */
const mayMount = (() => {
  try {
    mount('size=64k');
    return true;
  } catch {
    return false;
  }
})();
afterAll(() => {
  for (const path of mounts) spawnSync('umount', ['-l', path]);
});

/** Fills a disk completely. */
const fill = (dir: string): void => {
  spawnSync('dd', ['if=/dev/zero', `of=${join(dir, 'ballast')}`, 'bs=1'], { stdio: 'ignore' });
};

describe('it is noticed before anything is read that a state cannot be stored:', () => {
  const expectNothingDone = (
    job: Job,
    { code, stderr }: { code: number | null; stderr: string },
    why: string,
  ) => {
    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('FAKE TAP');
    expect(existsSync(join(job.dir, 'target.pid'))).toBe(false);
  };

  test('files may not grow (as on a full disk)', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const ended = await job.start({ tap: TAP, shell: 'ulimit -f 0; exec "$@"' }).ended;

    expectNothingDone(job, ended, 'cannot be written: files may not become that large here');
    expect(job.readState()).toEqual(leadsAt('01-01'));
    expect(job.leftovers()).toEqual([]);
  });

  test('its directory is a file', async () => {
    const job = await createJob();

    const ended = await job.run({ tap: TAP, statePath: join(job.dir, 'config.json', 'state.json') });

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('CRITICAL');
    expect(ended.stderr).not.toContain('FAKE TAP');
  });

  test.runIf(existsSync('/sys/kernel'))('its directory is read-only to all', async () => {
    const job = await createJob();

    const ended = await job.run({ tap: TAP, statePath: '/sys/kernel/state.json' });

    expectNothingDone(job, ended, 'cannot be written: ');
  });

  test.runIf(mayMount)('the disk is full', async () => {
    const job = await createJob(mount('size=128k'));
    job.writeState(leadsAt('01-01'));
    fill(job.dir);

    const ended = await job.run({ tap: TAP });

    expectNothingDone(job, ended, 'cannot be written: the disk is full (ENOSPC)');
    expect(job.readState()).toEqual(leadsAt('01-01'));
    expect(job.leftovers()).toEqual([]);
  });

  test.runIf(mayMount)('the disk is read-only', async () => {
    const disk = mount('size=1m');
    const job = await createJob(disk);
    job.writeState(leadsAt('01-01'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);

    const ended = await job.run({ tap: TAP });

    expectNothingDone(job, ended, 'cannot be written: the disk is read-only (EROFS)');
  });

  test.runIf(mayMount)('the file is mounted by itself, as containers do', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));
    execFileSync('mount', ['--bind', job.statePath, job.statePath]);
    mounts.push(job.statePath);

    const ended = await job.run({ tap: TAP });

    expectNothingDone(job, ended, 'mount its directory instead (EBUSY)');
    expect(job.readState()).toEqual(leadsAt('01-01'));
    expect(job.leftovers()).toEqual([]);
  });
});

test.runIf(mayMount)(
  'a full disk during a run keeps the state from before, and the new state is printed',
  async () => {
    const job = await createJob(mount('size=256k'));
    job.writeState(leadsAt('01-01'));
    const running = job.start({ tap: [{ touch: 'begun' }, { until: 'full' }, ...TAP] });
    await eventually(() => existsSync(join(job.dir, 'begun')));
    fill(job.dir);
    renameSync(join(job.dir, 'begun'), join(job.dir, 'full'));

    const { code, stderr } = await running.ended;

    expect(code).toBe(1);
    expect(stderr).toContain('the disk is full (ENOSPC); the state before is untouched');
    expect(stderr).toContain(`confirmed by the target, and not stored: ${JSON.stringify(leadsAt('01-09'))}`);
    expect(job.readState()).toEqual(leadsAt('01-01'));
    expect(job.leftovers()).toEqual([]);
  },
);

describe('a state that came through a pipe is printed when it cannot be stored:', () => {
  const rotate = (job: Job, shell: string) =>
    job.begin(['state', 'rotate', '--state', job.statePath], {
      input: `${JSON.stringify(leadsAt('01-09'))}\n`,
      shell,
    }).ended;
  const printed = `ERROR not stored: ${JSON.stringify(leadsAt('01-09'))}\n`;

  test('files may not grow (as on a full disk)', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));

    const { code, stderr } = await rotate(job, 'ulimit -f 0; exec "$@"');

    expect(code).toBe(1);
    expect(stderr).toContain(printed);
    expect(stderr).toContain('cannot be written: files may not become that large here');
    expect(job.readState()).toEqual(leadsAt('01-01'));
  });

  test.runIf(mayMount)('the disk is read-only', async () => {
    const disk = mount('size=1m');
    const job = await createJob(disk);
    execFileSync('mount', ['-o', 'remount,ro', disk]);

    const { code, stderr } = await rotate(job, 'exec "$@"');

    expect(code).toBe(1);
    expect(stderr).toContain(printed);
    expect(stderr).toContain('cannot be written: the disk is read-only (EROFS)');
  });
});

describe('a state that could not be stored', () => {
  const keeperWith = async (write: typeof writeAtomically) => {
    const dir = mkdtempSync(join(tmpdir(), 'keeper-'));
    const path = join(dir, 'state.json');
    writeFileSync(path, JSON.stringify(leadsAt('01-01')));
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const keeper = createKeeper({
      path,
      start: await readStored(path, known, 'continue'),
      keep: { copies: 3 },
      known,
      backwards: 'refuse',
      startedMs: Date.parse('2026-06-01'),
      now: () => Date.parse('2026-06-01'),
      log: { debug: say, info: say, warning: say, error: say, critical: say, metric: () => {} },
      assertOwner: async () => {},
      write,
    });
    const offer = (day: string) => keeper.offer(parseOwnState(leadsAt(day), 'target', known));
    return { keeper, offer, said, dir, read: () => JSON.parse(readFileSync(path, 'utf8')) };
  };
  const failing = (times: number): typeof writeAtomically => {
    let left = times;
    return async (path, content, options) => {
      left -= 1;
      if (left >= 0) throw new StoreError(path, Object.assign(new Error('full'), { code: 'ENOSPC' }));
      return writeAtomically(path, content, options);
    };
  };

  test('is stored when there is room again, and the run succeeds', async () => {
    const { keeper, offer, read, said, dir } = await keeperWith(failing(1));

    offer('01-02');
    const result = await keeper.settle();

    expect(result).toMatchObject({ stored: 1, failed: false, refused: false });
    expect(read()).toEqual(leadsAt('01-02'));
    expect(said).toHaveLength(1);
    expect(readdirSync(dir)).toEqual(['state.json', 'state.json.2026-06-01T00-00-00.000Z']);
  });

  test('makes the run fail when there is no room', async () => {
    const { keeper, offer, read } = await keeperWith(failing(99));

    offer('01-02');
    const result = await keeper.settle();

    expect(result).toMatchObject({ stored: 0, failed: true, refused: false });
    expect(read()).toEqual(leadsAt('01-01'));
  });
});
