import { afterEach, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { lacking, standingOf, throughout } from './delivery.ts';
import { syncInProcess } from './sync-in-process.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

test('a bulk edit right before a run is written once', async () => {
  const organisation = createOrganisation({ seed: 8, leads: 900, days: 60, activities: 20 });
  const at = new Date(organisation.clock() - 120_000).toISOString().replace('Z', '000+00:00');
  for (const id of organisation.ids('lead').slice(0, 600))
    organisation.update('lead', id, { date_updated: at });
  sandbox = await startSandbox(organisation);

  const run = await syncInProcess(sandbox, {});

  const emitted = run.messages.filter(({ type, stream }) => type === 'RECORD' && stream === 'leads');
  const dates = organisation.ids('lead').map((id) => organisation.get('lead', id)?.date_updated);
  expect(dates.filter((date) => date === dates[0])).toHaveLength(600);
  expect(emitted.length).toBe(new Set(emitted.map(({ record }) => record?.id)).size);
  expect(lacking(run, standingOf(organisation))).toEqual([]);
});

const HOUR = 3_600_000;

test.each([
  ['an hour ago, which has been read already', -HOUR],
  ['tomorrow', 24 * HOUR],
])('a meeting of the oldest page that is moved during the run to %s is in the same run', async (_, shift) => {
  const organisation = createOrganisation({ seed: 6, activities: 200, days: 90 });
  const before = standingOf(organisation);
  const oldest = organisation
    .ids('activity.meeting')
    .map((id) => ({ id, at: Date.parse(String(organisation.get('activity', id)?.date_created)) }))
    .sort((a, b) => a.at - b.at)[0];
  let pages = 0;
  sandbox = await startSandbox(organisation, {
    beforeRequest: ({ path }) => {
      if (path === '/activity/') pages += 1;
      if (path === '/activity/' && pages === 3) {
        organisation.rescheduleMeeting(oldest?.id ?? '', (organisation.clock() + shift) * 1000);
      }
    },
  });

  const run = await syncInProcess(sandbox, { config: { page_size: 10, max_concurrency: 1 } });

  expect(pages).toBeGreaterThan(3);
  expect(lacking(run, throughout(before, standingOf(organisation)))).toEqual([]);
});
