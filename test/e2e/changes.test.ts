import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { syncHere } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const idOf = (run: TapRun, type: string, beforeDays: number): string => {
  const limit = Date.now() - beforeDays * 86_400_000;
  const found = [...run.latest('activities').values()].find(
    (row) => row._type === type && Date.parse(String(row.date_created)) < limit,
  );
  return String(found?.id);
};

describe('activities that change before the look-back', () => {
  test('are emitted in the next run, however old they are, with only the requests that fetch them', async () => {
    const organisation = createOrganisation({ objects: 1500, seed: 9 });
    sandbox = await startSandbox(organisation);
    const first = await syncHere({ config: configFor(sandbox) });
    const call = idOf(first, 'Call', 100);
    const note = idOf(first, 'Note', 10);
    const thread = idOf(first, 'EmailThread', 5);
    organisation.update('activity', call, { note: 'edited after months' });
    organisation.update('activity', note, { note: 'edited after days' });
    organisation.update('activity', thread, { n_emails: 77 });
    const synced = organisation.create('activity', {
      _type: 'Email',
      date_created: '2026-01-05T10:00:00.000000+00:00',
    });
    const before = sandbox.requests.length;

    const second = await syncHere({ config: configFor(sandbox), state: first.lastState });

    const changed = second.latest('activities');
    expect(second.code).toBe(0);
    expect(changed.get(call)).toMatchObject({ note: 'edited after months' });
    expect(changed.get(note)).toMatchObject({ note: 'edited after days' });
    expect(changed.get(thread)).toMatchObject({ n_emails: 77 });
    expect(changed.has(synced)).toBe(true);
    expect(sandbox.requests.slice(before).filter(({ params }) => 'id__in' in params)).toHaveLength(2);
    expect(sandbox.requests.length - before).toBeLessThanOrEqual(20);
    expect(sandbox.ignored).toEqual([]);
  });

  test('are found even if the stream event_log is not read, and are emitted once only', async () => {
    const organisation = createOrganisation({ objects: 600, seed: 4 });
    sandbox = await startSandbox(organisation);
    const catalog = {
      streams: [
        { tap_stream_id: 'activities', metadata: [{ breadcrumb: [], metadata: { selected: true } }] },
      ],
    };
    const first = await syncHere({ config: configFor(sandbox), catalog });
    const call = idOf(first, 'Call', 60);
    organisation.update('activity', call, { note: 'edited' });

    const second = await syncHere({ config: configFor(sandbox), catalog, state: first.lastState });

    expect(second.latest('activities').get(call)).toMatchObject({ note: 'edited' });
    const times = second.messages.filter(({ record }) => record?.id === call);
    expect(times).toHaveLength(1);
  });

  test('do not make a run fail if threads have no list', async () => {
    const organisation = createOrganisation({ objects: 600, seed: 4 });
    sandbox = await startSandbox(organisation, { missing: ['/activity/emailthread/'] });
    const first = await syncHere({ config: configFor(sandbox) });
    const [thread = ''] = organisation.ids('activity.email_thread');
    const call = idOf(first, 'Call', 60);
    organisation.update('activity', thread, { n_emails: 77 });
    organisation.update('activity', call, { note: 'edited' });

    const second = await syncHere({ config: configFor(sandbox), state: first.lastState });

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.latest('activities').get(call)).toMatchObject({ note: 'edited' });
  });

  test('are left out with one warning if the key may not read the event log', async () => {
    const organisation = createOrganisation({ objects: 300 });
    sandbox = await startSandbox(organisation, { eventAccess: 'none' });
    const catalog = {
      streams: [
        { tap_stream_id: 'activities', metadata: [{ breadcrumb: [], metadata: { selected: true } }] },
      ],
    };
    const first = await syncHere({ config: configFor(sandbox), catalog });

    const second = await syncHere({ config: configFor(sandbox), catalog, state: first.lastState });

    expect(second.code).toBe(0);
    expect(second.stderr.match(/^WARNING .*may not read the event log/gm)).toHaveLength(1);
  });
});

test('values whose field has no definition come without a name, with one warning', async () => {
  const organisation = createOrganisation({ objects: 300, seed: 6 });
  for (const id of organisation.ids('lead').slice(0, 3))
    organisation.update('lead', id, { 'custom.cf_lost': 7 });
  sandbox = await startSandbox(organisation);

  const run = await syncHere({ config: configFor(sandbox) });

  const values = [...run.latest('leads').values()].map(({ custom_fields }) => JSON.stringify(custom_fields));
  expect(values.filter((text) => text.includes('{"id":"cf_lost","name":null,"value":"7"}'))).toHaveLength(3);
  expect(
    run.stderr.match(/^WARNING leads: lead_\w+: the custom field cf_lost has no definition/gm),
  ).toHaveLength(1);
});

describe('deletes, with emit_deletes,', () => {
  test('are emitted with key and time, also for children of a deleted lead and the source of a merge', async () => {
    const organisation = createOrganisation({ objects: 1200, seed: 6 });
    sandbox = await startSandbox(organisation);
    const config = configFor(sandbox, { emit_deletes: true });
    const first = await syncHere({ config });
    const [doomed = '', source = '', destination = ''] = organisation.ids('lead');
    const child = [...organisation.all('activity')].find((row) => row.lead_id === doomed);
    const task = organisation.ids('task')[0] ?? '';
    organisation.remove('task', task);
    organisation.remove('lead', doomed);
    organisation.mergeLeads(source, destination);

    const second = await syncHere({ config, state: first.lastState });

    const leads = second.latest('leads');
    expect(second.code).toBe(0);
    expect(leads.get(doomed)?._sdc_deleted_at).toMatch(/Z$/);
    expect(leads.get(source)?._sdc_deleted_at).toMatch(/Z$/);
    expect(leads.get(destination)?._sdc_deleted_at).toBeNull();
    // A merged lead can be distinguished from a deleted one.
    const merged = [doomed, source, destination].map((id) => leads.get(id)?.merged_into_id);
    expect(merged).toEqual([null, destination, null]);
    expect(second.latest('tasks').get(task)?._sdc_deleted_at).toMatch(/Z$/);
    expect(second.latest('activities').get(String(child?.id))?._sdc_deleted_at).toMatch(/Z$/);
  });

  test('of custom fields name the type of the field, and only fields of this stream are among them', async () => {
    const organisation = createOrganisation({ objects: 300, seed: 6 });
    sandbox = await startSandbox(organisation);
    const config = configFor(sandbox, { emit_deletes: true });
    const first = await syncHere({ config });
    const fields = [...organisation.all('custom_field')];
    const ofObjects = fields.find((row) => 'custom_object_type_id' in row);
    const shown = fields.find(
      ({ id }) => first.latest('custom_fields').get(String(id))?.object_type === 'lead',
    );
    organisation.remove('custom_field', String(ofObjects?.id));
    organisation.remove('custom_field', String(shown?.id));

    const second = await syncHere({ config, state: first.lastState });

    const gone = [...second.latest('custom_fields').values()].filter((row) => row._sdc_deleted_at !== null);
    expect(gone.map(({ id, object_type }) => [id, object_type])).toEqual([[shown?.id, 'lead']]);
  });

  test('have no columns without the setting', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const run = await syncHere({ config: configFor(sandbox) });

    const columns = run.messages.flatMap(({ schema }) => Object.keys(schema?.properties ?? {}));
    expect(columns).not.toContain('_sdc_deleted_at');
  });
});

describe('custom fields as columns', () => {
  test('are discovered with type and name, and are filled from a catalog without more requests', async () => {
    const organisation = createOrganisation({ objects: 600, seed: 2 });
    sandbox = await startSandbox(organisation);
    const discovered = await syncHere({ config: configFor(sandbox), args: ['--discover'] });
    const catalog = JSON.parse(discovered.text) as {
      streams: {
        tap_stream_id: string;
        schema: { properties: Record<string, { type: string[] }> };
        metadata: object[];
      }[];
    };
    const leads = catalog.streams.find((stream) => stream.tap_stream_id === 'leads');
    const columns = Object.keys(leads?.schema.properties ?? {}).filter((name) =>
      name.startsWith('custom_cf_'),
    );

    const run = await syncHere({ config: configFor(sandbox), catalog });

    const row = [...organisation.all('lead')].find((lead) =>
      columns.some((name) => `custom.${name.slice(7)}` in lead),
    );
    const filled = columns.filter((name) => row && `custom.${name.slice(7)}` in row);
    expect(columns.length).toBeGreaterThan(0);
    expect(filled.length).toBeGreaterThan(0);
    for (const name of filled) {
      const wanted = row?.[`custom.${name.slice(7)}`];
      const found = run.latest('leads').get(String(row?.id))?.[name];
      if (typeof wanted === 'string' && /\d\d:\d\d/.test(wanted))
        expect(Date.parse(String(found))).toBe(Date.parse(wanted));
      else expect(found, name).toEqual(wanted);
    }
    expect(discovered.code).toBe(0);
    expect(run.code).toBe(0);
  });
});
