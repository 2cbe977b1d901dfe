import { describe, expect, test } from 'vitest';
import { createJob, leadsAt } from '../pipeline/job.ts';

describe('a run', () => {
  test('does not store a state that is behind its start, says so once, and ends with 1', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const { code, stderr } = await job.run({
      tap: [{ state: leadsAt('01-02') }, { state: leadsAt('01-03') }],
    });

    expect(code).toBe(1);
    expect(stderr.match(/ERROR .*/g)).toEqual([
      `ERROR ${job.statePath}: not stored: the target confirmed a state that goes backwards, leads.date_updated from ` +
        '2026-01-05T00:00:00.000000Z to 2026-01-02T00:00:00.000000Z; --allow-backwards stores it anyway',
    ]);
    expect(job.readState()).toEqual(leadsAt('01-05'));
    expect(job.copies()).toEqual([]);
  });

  test('stores it with --allow-backwards', async () => {
    const job = await createJob();
    job.writeState(leadsAt('01-05'));

    const { code } = await job.run({ tap: [{ state: leadsAt('01-02') }], args: ['--allow-backwards'] });

    expect(code).toBe(0);
    expect(job.readState()).toEqual(leadsAt('01-02'));
    expect(job.copies()).toHaveLength(1);
  });

  test('keeps the newest state when the target confirms states out of order', async () => {
    const job = await createJob();

    const { code, stderr } = await job.run({
      tap: ['01-02', '01-04', '01-03'].map((day) => ({ state: leadsAt(day) })),
    });

    expect(code).toBe(0);
    expect(stderr).toContain('confirmed an older state after a newer one; the newer counts');
    expect(job.readState()).toEqual(leadsAt('01-04'));
  });
});
