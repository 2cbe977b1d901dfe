import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createJob, eventually, HAS_PROC, isRunning, leadsAt } from './job.ts';

const pidOf = (dir: string, side: string): number => Number(readFileSync(join(dir, `${side}.pid`), 'utf8'));
const groupOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
};

describe('a run that is told to stop', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'by %s stores the last state of the tap, and lets the target end by itself',
    async (signal, expected) => {
      const job = await createJob();
      const running = job.start({
        tap: [{ state: leadsAt('01-02') }, { untilStopped: leadsAt('01-03') }],
        target: { until: 'loaded' },
      });
      await eventually(() => existsSync(job.statePath));

      running.process.kill(signal);
      await eventually(() => existsSync(join(job.dir, 'target.read')));
      writeFileSync(join(job.dir, 'loaded'), '');
      const { code, stderr } = await running.ended;

      expect(code).toBe(expected);
      expect(job.readState()).toEqual(leadsAt('01-03'));
      expect(stderr).toMatch(new RegExp(`INFO .*; stopped by ${signal}\n$`));
      expect(stderr).not.toContain('FAKE TARGET got');
      expect(job.leftovers()).toEqual([]);
    },
  );

  test('twice ends both sides at once, and keeps what was confirmed', async () => {
    const job = await createJob();
    const running = job.start({
      tap: [{ state: leadsAt('01-02') }, { untilStopped: leadsAt('01-03') }],
      target: { hang: true, stubborn: true },
    });
    await eventually(() => existsSync(job.statePath));

    running.process.kill('SIGINT');
    await eventually(() => existsSync(join(job.dir, 'target.read')));
    // A second signal counts only from one second after the first. It is sent until it has ended the target: the run
    // listens for signals a little longer, and a signal after that would end it by itself.
    const again = setInterval(() => {
      if (isRunning(pidOf(job.dir, 'target'))) running.process.kill('SIGINT');
    }, 100);
    const { code } = await running.ended;
    clearInterval(again);

    expect(code).toBe(130);
    expect(job.readState()).toEqual(leadsAt('01-03'));
    expect([isRunning(pidOf(job.dir, 'tap')), isRunning(pidOf(job.dir, 'target'))]).toEqual([false, false]);
    expect(job.leftovers()).toEqual([]);
  });

  test('ends a target that does not end, after the time of --grace', async () => {
    const job = await createJob();
    const running = job.start({
      tap: [{ state: leadsAt('01-02') }, { untilStopped: leadsAt('01-03') }],
      target: { hang: true },
      args: ['--grace', '1'],
    });
    await eventually(() => existsSync(job.statePath));

    running.process.kill('SIGTERM');
    const { code, stderr } = await running.ended;

    expect(code).toBe(143);
    expect(stderr).toContain('not done 1 seconds after being told to stop');
    expect(stderr).toContain('FAKE TARGET got SIGTERM');
    expect(job.readState()).toEqual(leadsAt('01-03'));
  });

  test('stops, however early the signal comes', async () => {
    for (let after = 40; after <= 340; after += 30) {
      const job = await createJob();
      const running = job.start({ tap: [{ untilStopped: leadsAt('01-03') }] });
      await delay(after);

      running.process.kill('SIGTERM');
      const { code, signal, stderr } = await running.ended;

      // Before it listens for signals, a signal has its usual effect.
      if (signal === null) expect(code, stderr).toBe(143);
      expect(job.leftovers()).toEqual([]);
    }
  });

  test.runIf(HAS_PROC)('by Ctrl-C, which reaches a whole group, is alone in its own', async () => {
    const job = await createJob();
    const running = job.start({ tap: [{ state: leadsAt('01-02') }, { untilStopped: leadsAt('01-03') }] });
    await eventually(() => existsSync(job.statePath));

    const groups = [pidOf(job.dir, 'tap'), pidOf(job.dir, 'target')].map(groupOf);
    running.process.kill('SIGINT');
    await running.ended;

    expect(groups).toEqual([pidOf(job.dir, 'tap'), pidOf(job.dir, 'target')]);
  });
});
