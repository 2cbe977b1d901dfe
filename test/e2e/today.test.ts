import { afterEach, describe, expect, test } from 'vitest';
import { lacking, standingOf } from '../attack/delivery.ts';
import { syncInProcess } from '../attack/sync-in-process.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

/** More than a thousand objects of each kind, so that missing columns are noticed. */
const LARGE = {
  leads: 1_100,
  contacts: 1_100,
  opportunities: 1_100,
  activities: 1_100,
  tasks: 1_100,
  events: 1_100,
};
const STREAMS = ['leads', 'contacts', 'opportunities', 'activities', 'tasks', 'event_log'];

const catalog = {
  streams: STREAMS.map((name) => ({
    tap_stream_id: name,
    stream: name,
    metadata: [{ breadcrumb: [], metadata: { selected: true } }],
  })),
};

const warningsIn = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => line.startsWith('WARNING'));

describe('fields that Close has stopped sending', () => {
  test('give one warning each, with what to select instead, and everything else is written', async () => {
    const organisation = createOrganisation({ ...LARGE, seed: 5 });
    sandbox = await startSandbox(organisation, { unsentFields: ['lead.contacts', 'lead.url'] });

    const run = await syncHere({ config: configFor(sandbox), catalog });

    expect(run.code).toBe(0);
    expect(warningsIn(run.stderr)).toEqual([
      expect.stringMatching(/leads.*none of 1,\d{3} rows has leads\.url: Close may have stopped sending it/),
      expect.stringMatching(/leads.*Close no longer sends leads\.contacts; select the stream contacts/),
    ]);
    expect(run.ids('leads')).toEqual(new Set(organisation.ids('lead')));
    expect(new Set([...run.latest('leads').values()].map(({ contacts }) => contacts))).toEqual(
      new Set([null]),
    );
  });

  test('are not reported in an ordinary account, whatever kinds its rows have', async () => {
    sandbox = await startSandbox(createOrganisation({ ...LARGE, seed: 6 }));

    const run = await syncHere({ config: configFor(sandbox), catalog });

    expect(run.code).toBe(0);
    expect(warningsIn(run.stderr)).toEqual([]);
    for (const name of STREAMS) expect(run.ids(name).size, name).toBeGreaterThan(1_000);
  });
});

test('an account without import updates is read in full, even if one second has many rows', async () => {
  const organisation = createOrganisation({
    seed: 3,
    leads: 10,
    tasks: 10,
    events: 0,
    days: 25,
    activities: 900,
    equalTimestamps: { activities: 800 },
  });
  for (const id of organisation.ids('activity.import_update')) organisation.purge('activity', id);
  sandbox = await startSandbox(organisation, {
    missing: ['/activity/import_update/'],
    maxSkip: { '*': 400 },
  });

  const run = await syncInProcess(sandbox);

  expect(run.failures).toEqual([]);
  expect(lacking(run, standingOf(organisation), ['activities'])).toEqual([]);
  expect(run.log).toContain(
    'WARNING activities: /activity/import_update/ does not exist in this account; its rows are not read',
  );
});

test.each(['old', 'today', 'mixed'] as const)(
  'errors are understood by status and place, with the %s texts',
  async (errorBodies) => {
    const organisation = createOrganisation({
      seed: 3,
      leads: 500,
      contacts: 1,
      opportunities: 1,
      tasks: 10,
      events: 0,
      days: 25,
      activities: 900,
      equalTimestamps: { activities: 800, leads: 450 },
    });
    let late = 0;
    let expired = 0;
    organisation.clock = () => Date.now() + late;
    sandbox = await startSandbox(organisation, {
      errorBodies,
      maxSkip: { '*': 400 },
      missing: ['/activity/emailthread/'],
      // The first cursor is used too late.
      beforeRequest: ({ body }) => {
        const hasCursor =
          typeof body === 'object' && body !== null && typeof Reflect.get(body, 'cursor') === 'string';
        if (!hasCursor || late > 0) return;
        late = 31_000;
        expired += 1;
      },
    });
    for (const id of organisation.ids('activity.email_thread')) organisation.purge('activity', id);

    const run = await syncInProcess(sandbox);
    sandbox.options.apiKeys = ['api_other'];
    const refused = await syncInProcess(sandbox);

    expect(expired).toBe(1);
    expect(run.failures).toEqual([]);
    expect(lacking(run, standingOf(organisation))).toEqual([]);
    expect(String(refused.error)).toMatch(/401: the API key or token is not valid/);
  },
);
