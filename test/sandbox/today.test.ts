import { afterEach, expect, test } from 'vitest';
import { createClient, searchSince } from './client.ts';
import { createOrganisation } from './organisation.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { type Sandbox, startSandbox } from './server.ts';

/** What is known about Close since 2026. */
const NOW = Date.parse('2026-06-15T12:00:00Z');
const LONG_AGO = '2000-01-01T00:00:00Z';
const running: Sandbox[] = [];

async function open(options: Partial<SandboxOptions> = {}) {
  const organisation = createOrganisation({ seed: 7, now: NOW, objects: 1000 });
  const sandbox = await startSandbox(organisation, options);
  running.push(sandbox);
  return { organisation, sandbox, close: createClient(sandbox) };
}

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

test('imports that changed leads have their own list', async () => {
  const { organisation, close } = await open();
  const id = organisation.create('activity', { _type: 'ImportUpdate', import_id: 'bulk_1', reverted: true });

  const { rows } = await close.get('/activity/import_update/');

  expect(rows.find((row) => row.id === id)).toMatchObject({ _type: 'ImportUpdate', reverted: true });
});

test('merges, meetings and numbers have the fields of today', async () => {
  const { organisation, close } = await open();
  const [source = '', destination = ''] = organisation.ids('lead');
  const names = [source, destination].map((id) => organisation.get('lead', id)?.display_name);
  organisation.mergeLeads(source, destination);

  const merges = await close.get('/activity/lead_merge/', { lead_id: destination });
  const meetings = await close.get('/activity/meeting/');
  const numbers = await close.get('/phone_number/');

  expect(merges.rows[0]).toMatchObject({
    merge_status: 'completed',
    source_display_name: names[0],
    destination_display_name: names[1],
    error_message: null,
  });
  expect(meetings.rows.flatMap((row) => row.conference_links)).toContainEqual({
    type: expect.any(String),
    url: expect.any(String),
  });
  expect(numbers.rows[0]).toMatchObject({ inbound_ring_duration: null, is_group_number: true });
});

test('a lead shows only its open tasks', async () => {
  const { organisation, close } = await open();
  const lead = organisation.create('lead');
  const task = organisation.create('task', { _type: 'lead', lead_id: lead, is_complete: false });

  const before = await close.get(`/lead/${lead}/`);
  organisation.update('task', task, { is_complete: true });
  const after = await close.get(`/lead/${lead}/`);

  expect(before.body.tasks).toMatchObject([{ id: task }]);
  expect(after.body.tasks).toEqual([]);
});

test('computed fields of leads, and transcripts, come only if they are named', async () => {
  const { close } = await open();
  const fields = ['id', 'primary_address_full', 'contact_ids'];
  const search = searchSince('lead', LONG_AGO, ['date_updated'], { _fields: { lead: fields } });

  const plain = await close.get('/lead/', { _limit: 1 });
  const all = await close.get('/lead/', { _limit: 1, _fields: '_all' });
  const named = await close.search(search);
  const calls = await close.get('/activity/call/', { _limit: 1 });
  const told = await close.get('/activity/call/', { _limit: 1, _fields: 'id,recording_transcript' });

  expect(plain.rows[0]).not.toHaveProperty('primary_address_full');
  expect(all.rows[0]).toHaveProperty('primary_address_full');
  expect(Object.keys(named.rows[0] ?? {}).toSorted()).toEqual(
    ['__object_type', 'contact_ids', 'id', 'primary_address_full'].toSorted(),
  );
  expect(calls.rows[0]).not.toHaveProperty('recording_transcript');
  expect(Object.keys(told.rows[0] ?? {})).toEqual(['id', 'recording_transcript']);
});

test('leads can be listed by a hundred ids, contacts and opportunities cannot', async () => {
  const { organisation, sandbox, close } = await open({ longestUrl: 10_000 });
  const leads = organisation.ids('lead').slice(0, 100);
  const contacts = organisation.ids('contact').slice(0, 2);

  const found = await close.get('/lead/', { id__in: leads.join(','), _limit: 200 });
  const ignored = await close.get('/contact/', { id__in: contacts.join(',') });

  expect(found.rows.map((row) => row.id).toSorted()).toEqual(leads.toSorted());
  expect(ignored.rows.length).toBeGreaterThan(2);
  expect((await close.get('/lead/', { id__in: `${leads.join(',')},lead_x` })).status).toBe(400);
  expect(sandbox.ignored).toEqual([{ path: '/contact/', name: 'id__in' }]);
});

test('activities can be filtered by several leads, and by a custom activity type', async () => {
  const { organisation, close } = await open();
  const [one = '', two = ''] = organisation.ids('lead');
  const [type = ''] = organisation.ids('custom_activity_type');
  const fields = { _type: 'CustomActivity', custom_activity_type_id: type };
  const made = [one, two].map((lead_id) => organisation.create('activity', { ...fields, lead_id }));

  const both = await close.get('/activity/', { lead_id: `${one},${two}` });
  const typed = await close.get('/activity/', { lead_id: one, _type: type });

  expect(both.rows.map((row) => row.id)).toEqual(expect.arrayContaining(made));
  expect(new Set(both.rows.map((row) => row.lead_id))).toEqual(new Set([one, two]));
  expect(typed.rows.map((row) => row.id)).toContain(made[0]);
  expect(new Set(typed.rows.map((row) => row.custom_activity_type_id))).toEqual(new Set([type]));
});

test('the lists about custom objects come in full, and two of them do not say whether there are more rows', async () => {
  const { organisation, close } = await open();
  const [lead = ''] = organisation.ids('lead');
  const made = Array.from({ length: 120 }, () => organisation.create('custom_object', { lead_id: lead }));

  const objects = await close.get('/custom_object/', { lead_id: lead });
  const types = await close.get('/custom_object_type/');
  const fields = await close.get('/custom_field/custom_object_type/');

  expect(objects.rows.map((row) => row.id)).toEqual(expect.arrayContaining(made));
  expect([types.body, fields.body].map((body) => 'has_more' in body)).toEqual([false, false]);
});

test('a lead that was just deleted may still be read by its id, but nowhere else', async () => {
  const { organisation, sandbox, close } = await open({ deletedAnswersMs: 5_000 });
  let now = NOW + 1_000;
  organisation.clock = () => now;
  const [id = ''] = organisation.ids('lead');
  organisation.remove('lead', id);

  const soon = await close.get(`/lead/${id}/`);
  const listed = await close.get('/lead/', { id__in: id });
  now += 6_000;
  const later = await close.get(`/lead/${id}/`);

  expect(soon).toMatchObject({ status: 200, body: { id } });
  expect(listed.rows).toEqual([]);
  expect(later.status).toBe(404);
  expect(sandbox.options.deletedAnswersMs).toBe(5_000);
});

test('a field that Close no longer sends never comes, even if it is asked for', async () => {
  const { organisation, close } = await open({ unsentFields: ['lead.contacts'] });
  const [id = ''] = organisation.ids('lead');
  const search = searchSince('lead', LONG_AGO, ['date_updated'], {
    _fields: { lead: ['contacts', 'tasks'] },
  });

  const [listed] = (await close.get('/lead/')).rows;
  const [found] = (await close.search(search)).rows;
  const single = await close.get(`/lead/${id}/`);

  expect([listed, found, single.body].map((row) => Object.hasOwn(row ?? {}, 'contacts'))).toEqual([
    false,
    false,
    false,
  ]);
  expect(found).toHaveProperty('tasks');
});
