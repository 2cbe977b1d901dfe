import { expect } from 'vitest';
import { configFor, idsOf, missingFrom, tables } from '../e2e/account.ts';
import { syncHere } from '../e2e/run-main.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';

/**
 * A server that answers everything with 503 for so many milliseconds, from the twentieth request on. The retries of the tap
 * would end within a second. It must still continue after the outage, lose nothing, and send few requests meanwhile.
 */
export const outlast = async (outageMs: number): Promise<void> => {
  const organisation = createOrganisation({ objects: 2_000, seed: 5 });
  const standing = new Map(tables.map((table) => [table, idsOf(organisation, table)]));
  let begunAt: number | null = null;
  let asked = 0;
  const sandbox = await startSandbox(organisation, {
    faults: () => {
      if (sandbox.requests.length > 20) begunAt ??= Date.now();
      if (begunAt === null || Date.now() - begunAt > outageMs) return undefined;
      asked += 1;
      return { kind: 'status', status: 503 };
    },
  });

  const run = await syncHere({ config: configFor(sandbox, { max_retries: 1, page_size: 20 }) });
  await sandbox.close();

  expect(run.code).toBe(0);
  for (const [table, ids] of standing) expect(missingFrom(run.ids(table), ids), table).toEqual([]);
  // All unfinished requests once, a few of them twice, and then one at longer and longer intervals.
  expect(asked).toBeLessThan(60 + outageMs / 25_000);
  const said = run.stderr.split('\n').filter((line) => /answer/.test(line));
  expect(said[0]).toMatch(/^WARNING .*Close does not answer \(.*503.*\); waiting up to 900 s/);
  expect(said.at(-1)).toMatch(/^INFO .*Close answers again, after \d+ s/);
  expect(run.stderr.match(/^WARNING/gm)?.length).toBeLessThan(10);
};
