import { afterEach, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { createOrganisation } from './organisation.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { type Sandbox, startSandbox } from './server.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
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

test('events come fifty at a time, newest first, and a cursor ignores the date bounds', async () => {
  const { close } = await open();

  const first = await close.get('/event/', { date_updated__gte: '2026-05-25T00:00:00' });
  const next = await close.get('/event/', {
    _cursor: String(first.body.cursor_next),
    date_updated__gte: '2099-01-01',
  });

  expect(first.rows).toHaveLength(50);
  expect(next.rows).toHaveLength(50);
  const all = [...first.rows, ...next.rows].map((row) => String(row.date_updated));
  expect(all).toEqual(all.toSorted().reverse());
  expect(all[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  expect((await close.get('/event/', { _limit: 51 })).status).toBe(400);
});

test('the event log goes back thirty days, and refuses filters that need another one', async () => {
  const { close } = await open();
  let cursor: unknown = null;
  let oldest = '';
  do {
    const page = await close.get('/event/', cursor === null ? {} : { _cursor: String(cursor) });
    oldest = String(page.rows.at(-1)?.date_updated);
    cursor = page.body.cursor_next;
  } while (cursor !== null);

  expect(Date.parse(`${oldest}Z`)).toBeGreaterThan(NOW - 30 * 86_400_000 - 1000);
  expect((await close.get('/event/', { object_type: 'lead' })).status).toBe(400);
  expect((await close.get('/event/', { object_type: 'lead', action: 'updated' })).status).toBe(200);
});

test('an event keeps its object as it was at that time, whatever changes later', async () => {
  const { organisation } = await open();
  const events = [...organisation.all('event')];
  const shown = (): string[] => events.map(({ id }) => JSON.stringify(organisation.get('event', String(id))));
  const before = shown();

  for (const kind of ['lead', 'contact', 'opportunity', 'activity', 'task', 'custom_object']) {
    for (const id of organisation.ids(kind).slice(0, -3))
      organisation.update(kind, id, { date_created: '2026-01-01' });
    for (const id of organisation.ids(kind).slice(-3)) organisation.remove(kind, id);
  }
  for (const id of organisation.ids('task')) organisation.update('task', id, { is_complete: true });

  expect(shown()).toEqual(before);
});

test('updates within seconds become one event that keeps its date_created', async () => {
  const { organisation, close } = await open();
  const [id = ''] = organisation.ids('lead');
  organisation.update('lead', id, { name: 'One' });
  organisation.update('lead', id, { description: 'Two' });

  const { rows } = await close.get('/event/', { object_id: id, action: 'updated' });

  const [event] = rows;
  expect(event).toMatchObject({
    changed_fields: ['name', 'date_updated', 'description'],
    data: { name: 'One', description: 'Two' },
  });
  expect(String(event?.date_created) < String(event?.date_updated)).toBe(true);
});

test('a merge moves the children and deletes the source, and every event says so', async () => {
  const { organisation, close } = await open();
  const [source = '', destination = ''] = organisation.ids('lead');
  const note = organisation.create('activity', { _type: 'Note', lead_id: source });
  organisation.mergeLeads(source, destination);

  const { rows } = await close.get('/event/', { object_type: 'lead', action: 'merged' });
  const deleted = await close.get('/event/', { object_id: source, action: 'deleted' });

  expect(organisation.get('activity', note)).toMatchObject({ lead_id: destination });
  expect(organisation.get('lead', source)).toBeUndefined();
  expect(rows[0]).toMatchObject({ lead_id: destination, meta: { merge_source_lead_id: source } });
  expect(deleted.rows[0]).toMatchObject({ data: null, previous_data: { id: source }, meta: rows[0]?.meta });
  expect((await close.get('/activity/lead_merge/', { lead_id: destination })).rows).toHaveLength(1);
});

test('a lead is deleted with its children, and a child moves the date of its lead without a lead event', async () => {
  const { organisation, close } = await open();
  const lead = organisation.create('lead', { name: 'Short-lived' });
  const contact = organisation.create('contact', { lead_id: lead });
  const before = organisation.get('lead', lead)?.date_updated;
  organisation.update('contact', contact, { title: 'CTO' });

  const after = organisation.get('lead', lead);
  const events = await close.get('/event/', { object_id: lead, action: 'updated' });
  organisation.remove('lead', lead);

  expect(String(after?.date_updated) > String(before)).toBe(true);
  expect(after?.contacts).toMatchObject([{ id: contact, title: 'CTO' }]);
  expect(events.rows).toMatchObject([{ changed_fields: ['contact_ids'] }]);
  expect(organisation.get('contact', contact)).toBeUndefined();
});

test('events name the small kinds as Close does, and there are none of other kinds', async () => {
  const { organisation, close } = await open();
  const [field = ''] = [...organisation.all('custom_field')]
    .filter((row) => 'custom_object_type_id' in row)
    .map((row) => String(row.id));
  const [action = ''] = organisation.ids('bulk_edit');
  const [user = ''] = organisation.ids('user');
  organisation.update('custom_field', field, { name: 'Renamed' });
  organisation.update('bulk_edit', action, { status: 'done' });
  organisation.update('user', user, { last_name: 'Renamed' });

  const { rows } = await close.get('/event/', { _limit: 3 });

  const types = new Map(rows.map((row) => [row.object_id, row.object_type]));
  expect([types.get(field), types.get(action), types.get(user)]).toEqual([
    'custom_fields.custom_object',
    'bulk_action.edit',
    undefined,
  ]);
});

test('the date of a meeting is its start, and the date of a thread is that of its newest e-mail', async () => {
  const { organisation, close } = await open();
  const [meeting = ''] = organisation.ids('activity.meeting');
  const [thread = ''] = organisation.ids('activity.email_thread');
  organisation.rescheduleMeeting(meeting, '2027-01-01T09:00:00Z');
  const mail = organisation.addEmailToThread(thread);

  const { rows } = await close.get('/activity/meeting/', { _limit: 1 });
  const moved = organisation.get('activity', thread);

  expect(rows[0]).toMatchObject({ id: meeting, date_created: '2027-01-01T09:00:00+00:00' });
  expect(Date.parse(String(moved?.date_created))).toBeGreaterThanOrEqual(NOW);
  expect(organisation.get('activity', mail)).toMatchObject({ thread_id: thread });
});

test('members see the data of events for an hour, and other keys see nothing', async () => {
  const { organisation, sandbox, close } = await open({ eventAccess: 'member' });
  const [id = ''] = organisation.ids('lead');
  organisation.update('lead', id);

  const { rows } = await close.get('/event/');
  sandbox.options.eventAccess = 'none';

  expect(rows[0]).toHaveProperty('data');
  expect(rows.at(-1)).not.toHaveProperty('data');
  expect((await close.get('/event/')).status).toBe(400);
});

test('rate limits are stated in every form', async () => {
  const { sandbox, close } = await open({
    rateLimit: { limit: 1, windowSeconds: 60, headers: 'semicolons' },
  });

  const allowed = await close.get('/user/');
  const topLevel = await close.get('/user/');
  sandbox.options.rateLimit = {
    limit: 1,
    windowSeconds: 60,
    headers: 'commas',
    body: 'nested',
    retryAfter: false,
  };
  const nested = await close.get('/user/');

  expect(allowed.headers.get('ratelimit')).toMatch(/^limit=1; remaining=0; reset=[\d.]+$/);
  expect([topLevel.status, typeof topLevel.body.rate_reset]).toEqual([429, 'string']);
  expect(Number(topLevel.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(nested.body).toMatchObject({ error: { rate_reset: expect.any(Number) } });
  expect(nested.headers.get('retry-after')).toBeNull();
});

test('faults break answers, and hooks change the account between requests', async () => {
  const { organisation, close } = await open({
    faults: [
      { path: '/user/', fault: { kind: 'status', status: 503 } },
      { path: '/user/', skip: 1, fault: { kind: 'cut' } },
      { path: '/user/', skip: 2, fault: { kind: 'reset' } },
    ],
    beforeRequest: (request, account) => {
      if (request.path === '/lead/') account.create('lead');
    },
  });
  const leads = organisation.ids('lead').length;

  expect((await close.get('/user/')).status).toBe(503);
  await expect(close.get('/user/')).rejects.toThrow();
  await expect(close.get('/user/')).rejects.toThrow();
  expect((await close.get('/user/')).status).toBe(200);
  expect((await close.get('/lead/')).body.total_results).toBe(leads + 1);
});
