import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom, tables } from './account.ts';
import { invalidRecords } from './invalid-records.ts';
import { syncHere } from './run-main.ts';
import { runTap } from './run-tap.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

describe('a first sync', () => {
  test('writes every object of the six default streams, each valid by its schema', async () => {
    const organisation = createOrganisation({ objects: 1500, leads: 250, seed: 7 });
    sandbox = await startSandbox(organisation);

    const run = await runTap({ config: configFor(sandbox) });

    expect(run.stderr).not.toMatch(/^(ERROR|CRITICAL)/m);
    expect(run.code).toBe(0);
    for (const table of tables) {
      expect([...run.ids(table)].sort(), table).toEqual([...idsOf(organisation, table)].sort());
    }
    expect(invalidRecords(run)).toEqual([]);
    expect(sandbox.ignored).toEqual([]);
  });

  test('writes each schema once and first, and ends with a state', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 300 }));

    const run = await syncHere({ config: configFor(sandbox) });

    const schemas = run.messages.filter(({ type }) => type === 'SCHEMA');
    expect(schemas.map(({ stream }) => stream).sort()).toEqual([...tables].sort());
    expect(run.messages.at(-1)?.type).toBe('STATE');
    expect(Object.keys(run.lastState?.bookmarks ?? {}).sort()).toEqual([...tables].sort());
    expect(run.lastState).not.toHaveProperty('currently_syncing');
  });

  test('starts at the start date, or a year ago without one', async () => {
    const organisation = createOrganisation({ objects: 1000, days: 800 });
    sandbox = await startSandbox(organisation);

    const run = await syncHere({ config: { api_key: 'api_sandbox', base_url: sandbox.url } });

    const yearAgo = new Date(organisation.clock());
    yearAgo.setUTCFullYear(yearAgo.getUTCFullYear() - 1);
    const dates = [...run.latest('leads').values()].map((lead) => Date.parse(String(lead.date_updated)));
    expect(Math.min(...dates)).toBeGreaterThanOrEqual(yearAgo.getTime() - 60_000);
    const dayBefore = [...run.latest('activities').values()].filter(
      (activity) => Date.parse(String(activity.date_created)) < yearAgo.getTime(),
    );
    expect(
      dayBefore.every((one) => Date.parse(String(one.date_created)) >= yearAgo.getTime() - 86_460_000),
    ).toBe(true);
  });
});

describe('a second sync', () => {
  test('writes only rows of the look-back and the margins, with few requests', async () => {
    const organisation = createOrganisation({ objects: 1500, seed: 3 });
    sandbox = await startSandbox(organisation);
    const first = await syncHere({ config: configFor(sandbox) });
    const requests = sandbox.requests.length;

    const second = await syncHere({ config: configFor(sandbox), state: first.lastState });

    const since = (stream: string, key: string, backSeconds: number) => {
      const bookmark = Date.parse(String(first.lastState?.bookmarks[stream]?.[key]));
      return [...second.latest(stream).values()].filter(
        (row) => Date.parse(String(row[key])) < bookmark - backSeconds * 1000,
      );
    };
    expect(second.code).toBe(0);
    expect(since('activities', 'date_created', 86_400)).toEqual([]);
    expect(since('leads', 'date_updated', 300)).toEqual([]);
    for (const stream of ['tasks', 'users', 'custom_fields', 'event_log']) {
      expect(since(stream, 'date_updated', 0), stream).toEqual([]);
    }
    expect(sandbox.requests.length - requests).toBeLessThanOrEqual(20);
  });

  test('writes objects that were created and changed in between, in their new version', async () => {
    const organisation = createOrganisation({ objects: 1000, seed: 5 });
    sandbox = await startSandbox(organisation);
    const first = await syncHere({ config: configFor(sandbox) });
    const lead = organisation.ids('lead')[3] ?? '';
    organisation.update('lead', lead, { name: 'Renamed' });
    const task = organisation.create('task', { _type: 'missed_call' });
    const note = organisation.create('activity', { _type: 'Note', note: 'new' });

    const second = await syncHere({ config: configFor(sandbox), state: first.lastState });

    expect(second.latest('leads').get(lead)).toMatchObject({ name: 'Renamed' });
    expect(second.ids('tasks')).toContain(task);
    expect(second.latest('activities').get(note)).toMatchObject({ note: 'new' });
  });
});

/** Creates, changes or deletes something between two requests. */
const churn = (seed: number) => {
  let turn = seed;
  const removed = new Set<string>();
  const next = (bound: number) => {
    turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648;
    return turn % Math.max(1, bound);
  };
  const disturb = (organisation: ReturnType<typeof createOrganisation>): void => {
    for (const kind of ['lead', 'activity', 'task']) {
      const ids = organisation.ids(kind);
      const id = ids[next(ids.length)] ?? '';
      const choice = next(10);
      if (choice < 6) organisation.update(kind, id);
      else if (choice < 8) organisation.create(kind);
      else {
        removed.add(id);
        organisation.remove(kind, id);
      }
    }
  };
  return { disturb, removed };
};

describe.each([
  ['large pages', {}],
  ['pages of seven', { page_size: 7 }],
  ['one request at a time', { max_concurrency: 1, page_size: 20 }],
  ['windows of two months', { date_window: 60, page_size: 30 }],
])('while the account changes between every two requests, with %s', (_, tuning) => {
  test('nothing that always exists is lost, and nothing old remains after the second run', async () => {
    const organisation = createOrganisation({ objects: 400, seed: 11 });
    const { disturb } = churn(42);
    const before = Object.fromEntries(tables.map((table) => [table, idsOf(organisation, table)]));
    sandbox = await startSandbox(organisation, {
      beforeRequest: (_request, account) => disturb(account),
    });

    const first = await syncHere({ config: configFor(sandbox, tuning) });
    sandbox.options.beforeRequest = undefined;
    const second = await syncHere({ config: configFor(sandbox, tuning), state: first.lastState });

    expect([first.code, second.code]).toEqual([0, 0]);
    for (const table of ['leads', 'tasks', 'activities'] as const) {
      const after = idsOf(organisation, table);
      const throughout = [...(before[table] ?? [])].filter((id) => after.has(id));
      expect(missingFrom(first.ids(table), throughout), `${table}, first run`).toEqual([]);

      const known = new Map([...first.latest(table), ...second.latest(table)]);
      expect(missingFrom(new Set(known.keys()), after), table).toEqual([]);
    }
    for (const [id, row] of new Map([...first.latest('leads'), ...second.latest('leads')])) {
      const now = organisation.get('lead', id);
      if (now) expect(Date.parse(String(row.date_updated))).toBe(Date.parse(String(now.date_updated)));
    }
    for (const [id, row] of new Map([...first.latest('tasks'), ...second.latest('tasks')])) {
      const now = organisation.get('task', id);
      if (now) expect(Date.parse(String(row.date_updated))).toBe(Date.parse(String(now.date_updated)));
    }
  });
});
