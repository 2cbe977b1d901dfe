import { afterEach, describe, expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom, tables } from './account.ts';
import { invalidRecords } from './invalid-records.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

/** The sandbox's names for the objects of a stream, if they are not the name of the stream in the singular. */
const KINDS: Readonly<Record<string, string>> = {
  opportunities: 'opportunity',
  lead_statuses: 'lead_status',
  opportunity_statuses: 'opportunity_status',
  smart_views: 'saved_search',
  send_as: 'send_as',
  lead_ids: 'lead',
  lead_smart_fields: 'lead',
  contact_ids: 'contact',
  opportunity_ids: 'opportunity',
  stages: 'opportunity_status',
};

const others = streams.map(({ name }) => name).filter((name) => !tables.some((table) => table === name));

const wantedOf = (organisation: Organisation, stream: string): string[] => {
  if (stream === 'organization') return [organisation.id];
  const table = tables.find((known) => known === stream);
  if (table) return [...idsOf(organisation, table)].sort();
  const rows = [...organisation.all(KINDS[stream] ?? stream.replace(/s$/, ''))];
  // Close gives this object no id.
  return rows.map((row) => String(stream === 'unsubscribed_emails' ? row.email : row.id)).sort();
};

/** A catalog that only says which streams to read. */
const catalogOf = (names: readonly string[]): object => ({
  streams: names.map((name) => ({
    tap_stream_id: name,
    stream: name,
    metadata: [{ breadcrumb: [], metadata: { selected: true } }],
  })),
});

describe('every stream of Close', () => {
  test('is read if it is selected, and each record is valid and complete', async () => {
    const organisation = createOrganisation({ objects: 2000, seed: 21 });
    organisation.remove('user', organisation.ids('user')[3] ?? '');
    sandbox = await startSandbox(organisation);

    const run = await syncHere({
      config: configFor(sandbox),
      catalog: catalogOf(streams.map(({ name }) => name)),
    });

    expect(run.stderr).not.toMatch(/^(ERROR|CRITICAL)/m);
    expect(run.code).toBe(0);
    for (const { name } of streams) {
      const wanted = wantedOf(organisation, name);
      expect(wanted.length, name).toBeGreaterThan(0);
      expect(missingFrom(run.ids(name), wanted), name).toEqual([]);
      // Events that become older than 30 days during the run may come or not.
      if (name !== 'event_log') expect(run.ids(name).size, name).toBe(wanted.length);
    }
    expect(invalidRecords(run)).toEqual([]);
    expect(run.text).toMatch(/\\u2028/);
    expect(run.text).not.toMatch(/[\u0085\u2028\u2029]/);
    expect(sandbox.ignored).toEqual([]);
    expect(
      [...run.latest('memberships').values()].filter(({ is_active }) => is_active === false),
    ).toHaveLength(1);
    expect([...run.latest('groups').values()].every(({ members }) => Array.isArray(members))).toBe(true);
    const extras = run.messages.flatMap(({ stream = '', record }) =>
      others.includes(stream) && typeof record?._extra === 'string' ? [`${stream}: ${record._extra}`] : [],
    );
    expect(extras.slice(0, 5)).toEqual([]);
  });

  test('has no credentials in its records', async () => {
    const organisation = createOrganisation({ objects: 300, seed: 24 });
    sandbox = await startSandbox(organisation);
    const held = JSON.stringify(
      ['webhook', 'export', 'lead_file'].flatMap((kind) => [...organisation.all(kind)]),
    );
    const secrets = ['c0ffee5ec2e7', 'X-Amz-Signature'];
    expect(secrets.every((secret) => held.includes(secret))).toBe(true);

    const names = ['webhooks', 'exports', 'lead_files'];
    const run = await syncHere({ config: configFor(sandbox), catalog: catalogOf(names) });

    expect(run.code).toBe(0);
    for (const name of names) expect(run.ids(name).size, name).toBeGreaterThan(1);
    expect(secrets.filter((secret) => (run.text + run.stderr).includes(secret))).toEqual([]);
  });

  test('takes no requests if it is not selected', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 300 }));

    const run = await syncHere({ config: configFor(sandbox) });

    expect(run.code).toBe(0);
    for (const name of others) expect([name, run.ids(name).size]).toEqual([name, 0]);
    const known = /^\/(activity|lead|data\/search|task|user|event|custom_field)\//;
    expect(sandbox.requests.map(({ path }) => path).filter((path) => !known.test(path))).toEqual([]);
  });

  test('has few records in a second run, if Close or the rows show what is new', async () => {
    const organisation = createOrganisation({ objects: 2000, seed: 22 });
    sandbox = await startSandbox(organisation);
    const catalog = catalogOf(['contacts', 'opportunities', 'custom_objects', 'sequence_subscriptions']);
    const first = await syncHere({ config: configFor(sandbox), catalog });
    const contact = organisation.ids('contact')[3] ?? '';
    organisation.update('contact', contact, { title: 'Promoted' });
    const opportunity = organisation.create('opportunity', { note: 'new' });

    const second = await syncHere({ config: configFor(sandbox), catalog, state: first.lastState });

    expect(second.code).toBe(0);
    expect(second.latest('contacts').get(contact)).toMatchObject({ title: 'Promoted' });
    expect(second.latest('opportunities').get(opportunity)).toMatchObject({ note: 'new' });
    for (const stream of ['contacts', 'opportunities', 'custom_objects', 'sequence_subscriptions']) {
      expect(second.ids(stream).size, stream).toBeLessThan(first.ids(stream).size / 4);
    }
  });

  test('that the key may not read fails by its name, and no other stream fails', async () => {
    const organisation = createOrganisation({ objects: 300, seed: 23 });
    sandbox = await startSandbox(organisation, { forbidden: ['/role/', '/comment_thread/'] });

    const run = await syncHere({ config: configFor(sandbox), catalog: catalogOf(others) });

    expect(run.code).toBe(1);
    const incomplete = ['roles', 'comments', 'comment_threads'];
    for (const name of incomplete) expect(run.stderr).toMatch(new RegExp(`\\b${name}\\b.*403`));
    for (const name of others.filter((other) => !incomplete.includes(other))) {
      expect([...run.ids(name)].sort(), name).toEqual(wantedOf(organisation, name));
    }
  });
});

/** Creates, changes or deletes something between two requests. */
const churn = (seed: number) => {
  let turn = seed;
  const next = (bound: number) => {
    turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648;
    return turn % Math.max(1, bound);
  };
  return (organisation: Organisation): void => {
    for (const kind of ['contact', 'opportunity']) {
      const ids = organisation.ids(kind);
      const id = ids[next(ids.length)] ?? '';
      const choice = next(10);
      if (choice < 6) organisation.update(kind, id);
      else if (choice < 8) organisation.create(kind);
      else organisation.remove(kind, id);
    }
    const sequences = organisation.ids('sequence');
    if (next(8) === 0 && sequences.length > 3)
      organisation.remove('sequence', sequences[next(sequences.length)] ?? '');
  };
};

describe.each([
  ['large pages', {}],
  ['pages of seven', { page_size: 7 }],
  ['one request at a time', { max_concurrency: 1, page_size: 20 }],
])('while the account changes between every two requests, with %s', (_, tuning) => {
  test('no contact or opportunity that always exists is lost, and none stays old', async () => {
    const organisation = createOrganisation({ objects: 1500, seed: 31 });
    const disturb = churn(7);
    const pairs = [
      ['contacts', 'contact'],
      ['opportunities', 'opportunity'],
    ] as const;
    const before = pairs.map(([, kind]) => organisation.ids(kind));
    sandbox = await startSandbox(organisation, { beforeRequest: (_request, account) => disturb(account) });
    const options = {
      config: configFor(sandbox, tuning),
      catalog: catalogOf(['contacts', 'opportunities', 'sequence_subscriptions']),
    };

    const first = await syncHere(options);
    sandbox.options.beforeRequest = undefined;
    const second = await syncHere({ ...options, state: first.lastState });

    expect([first.code, second.code]).toEqual([0, 0]);
    for (const [index, [stream, kind]] of pairs.entries()) {
      const after = new Set(organisation.ids(kind));
      const throughout = (before[index] ?? []).filter((id) => after.has(id));
      expect(missingFrom(first.ids(stream), throughout), `${stream}, first run`).toEqual([]);

      const known = new Map([...first.latest(stream), ...second.latest(stream)]);
      expect(missingFrom(new Set(known.keys()), after), stream).toEqual([]);
      for (const [id, row] of known) {
        const now = organisation.get(kind, id);
        if (now) expect(Date.parse(String(row.date_updated))).toBe(Date.parse(String(now.date_updated)));
      }
    }
  });
});
