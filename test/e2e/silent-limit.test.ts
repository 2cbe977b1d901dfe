import { expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom, TABLES, tables } from './account.ts';
import { runTap } from './run-tap.ts';

test('a Close that states no limit, and sends 429 answers without a reason, is read in full with few of them', async () => {
  const organisation = createOrganisation({ objects: 3_000, seed: 8 });
  const sandbox = await startSandbox(organisation, {
    rateLimit: { limit: 10, windowSeconds: 1, headers: 'none', retryAfter: false, body: 'empty' },
    latencyMs: 50,
  });

  // All events: one that is almost 30 days old may or may not be read.
  const before = new Map(tables.map((table) => [table, new Set(organisation.ids(TABLES[table]))]));
  const run = await runTap({ config: configFor(sandbox, { page_size: 20 }) });
  await sandbox.close();

  expect(run.code).toBe(0);
  for (const table of tables) {
    // Meanwhile the event log drops events that become older than 30 days.
    expect(missingFrom(run.ids(table), idsOf(organisation, table)), table).toEqual([]);
    expect(missingFrom(before.get(table) ?? new Set(), run.ids(table)), table).toEqual([]);
  }
  const refused = sandbox.requests.filter(({ status }) => status === 429).length;
  expect(refused).toBeGreaterThan(0);
  expect(refused / sandbox.requests.length).toBeLessThan(0.25);
});
