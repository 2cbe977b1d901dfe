import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createJob, eventually, isRunning, type Job, type Running } from './job.ts';

const ROUNDS = 3;
const leads = (second: number) => ({
  bookmarks: { leads: { date_updated: new Date(second * 1000).toISOString() } },
});
const START = 1000;
const secondOf = (state: string): number =>
  Date.parse(/date_updated":"([^"]+)/.exec(state)?.[1] ?? '') / 1000;

/** A job that is running: states come one after the other, without end. */
const begin = async (job: Job): Promise<Running> => {
  const running = job.start({ tap: [{ states: { from: START, to: 1_000_000 } }] });
  await eventually(() => job.copies().length > 0);
  return running;
};

const pidOf = (job: Job, side: string): number => Number(readFileSync(join(job.dir, `${side}.pid`), 'utf8'));

/** Checks what must be true of the state file at any moment. */
const checkState = (job: Job): number => {
  const text = job.stateText();
  const second = secondOf(text);
  expect(second).toBeGreaterThanOrEqual(START - 1);
  expect(JSON.parse(text)).toEqual(leads(second));
  const [oldest = ''] = job.copies();
  expect(JSON.parse(readFileSync(join(job.dir, oldest), 'utf8'))).toEqual(leads(START - 1));
  return second;
};

describe('killed at any moment,', () => {
  test.each([
    ['tap', 137],
    ['target', 137],
    ['run', null],
  ] as const)(
    'the %s leaves a state that the target confirmed, and the next run continues from it',
    async (side, expected) => {
      for (let round = 0; round < ROUNDS; round++) {
        const job = await createJob();
        job.writeState(leads(START - 1));
        const running = await begin(job);
        await delay(Math.random() * 150);

        const pid = side === 'run' ? (running.process.pid ?? 0) : pidOf(job, side);
        process.kill(pid, 'SIGKILL');
        const { code } = await running.ended;

        expect(code).toBe(expected);
        const reached = checkState(job);
        // No process is left that goes on writing to the target.
        await eventually(() => !isRunning(pidOf(job, 'tap')) && !isRunning(pidOf(job, 'target')));
        const next = await job.run({ tap: [{ state: leads(reached) }, { state: leads(reached + 5) }] });
        expect(next.code).toBe(0);
        expect(job.readState()).toEqual(leads(reached + 5));
        expect(next.stderr.includes('takes it over')).toBe(side === 'run');
        expect(job.leftovers()).toEqual([]);
      }
    },
    120_000,
  );

  test('the state file is complete for everyone who reads it meanwhile', async () => {
    const job = await createJob();
    job.writeState(leads(START - 1));
    const running = await begin(job);

    const seen = new Set<number>();
    while (seen.size < 50) {
      seen.add(checkState(job));
      await delay(1);
    }
    running.process.kill('SIGKILL');
    await running.ended;

    expect([...seen]).toEqual([...seen].sort((a, b) => a - b));
    expect(existsSync(job.statePath)).toBe(true);
  });
});
