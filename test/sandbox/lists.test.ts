import { afterEach, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { createOrganisation } from './organisation.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { type Sandbox, startSandbox } from './server.ts';
import type { OrganisationOptions } from './sizes.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const running: Sandbox[] = [];

async function open(size: OrganisationOptions = {}, options: Partial<SandboxOptions> = {}) {
  const organisation = createOrganisation({ seed: 7, now: NOW, objects: 1000, ...size });
  const sandbox = await startSandbox(organisation, options);
  running.push(sandbox);
  return { organisation, sandbox, close: createClient(sandbox) };
}

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

const dates = (rows: readonly Record<string, unknown>[], key: string) =>
  rows.map((row) => Date.parse(String(row[key])));

test('the same seed gives the same organisation', () => {
  const [one, two] = [1, 2].map(() => createOrganisation({ seed: 3, now: NOW, objects: 300 }));

  expect([...(one?.all('activity') ?? [])]).toEqual([...(two?.all('activity') ?? [])]);
  expect([...(one?.all('event') ?? [])]).toEqual([...(two?.all('event') ?? [])]);
});

test('a wrong key is refused with the recorded text, and a right key is accepted by both schemes', async () => {
  const { sandbox, close } = await open({}, { errorBodies: 'old' });

  const refused = await createClient(sandbox, 'api_other').get('/me/');
  sandbox.options.errorBodies = 'today';
  const today = await createClient(sandbox, 'api_other').get('/me/');
  const bearer = await fetch(`${sandbox.url}/me/`, { headers: { authorization: 'Bearer api_sandbox' } });

  expect(refused.status).toBe(401);
  expect(refused.body.error).toMatch(/^The server could not verify .* requested. {2}You/);
  expect([today.status, today.body]).toEqual([401, { error: 'Unauthorized' }]);
  expect(bearer.status).toBe(200);
  expect((await close.get('/me/')).status).toBe(200);
});

test('activities come newest first whatever order is asked for, and without threads', async () => {
  const { sandbox, close } = await open();

  const { rows } = await close.get('/activity/', { _order_by: 'date_created', _type: 'Call' });

  const created = dates(rows, 'date_created');
  expect(created).toEqual(created.toSorted((a, b) => b - a));
  expect(new Set(rows.map((row) => row._type)).size).toBeGreaterThan(3);
  expect(rows.some((row) => row._type === 'EmailThread')).toBe(false);
  expect(sandbox.ignored.map(({ name }) => name)).toEqual(['_order_by', '_type']);
});

test('every activity is in exactly one list by type, and the list of all has everything but threads', async () => {
  const { organisation, close } = await open({ activities: 80 });

  const threads = await close.get('/activity/emailthread/');
  const feed = await close.get('/activity/');
  const both = await close.get('/activity/', { thread_emails: 'true' });

  const ids = [...threads.rows, ...feed.rows].map((row) => row.id);
  expect(ids.toSorted()).toEqual(organisation.ids('activity').toSorted());
  expect(both.rows).toHaveLength(ids.length);
});

test('activities, leads and contacts cannot be filtered by date_updated', async () => {
  const { sandbox, close } = await open();

  for (const path of ['/activity/', '/lead/', '/contact/']) {
    const { body } = await close.get(path, { _limit: 1, date_updated__gte: '2099-01-01' });
    expect(body.has_more).toBe(true);
  }

  expect(sandbox.ignored).toHaveLength(3);
});

test('limits and skips above the maximum are refused with the older texts, with those of today, or with both', async () => {
  const { sandbox, close } = await open();

  const limit = await close.get('/activity/', { _limit: 101 });
  const skip = await close.get('/activity/', { _skip: 250_001 });
  const leadLimit = await close.get('/lead/', { _limit: 201 });
  const leadSkip = await close.get('/lead/', { _skip: 35_001 });
  sandbox.options.errorBodies = 'old';
  const old = await close.get('/lead/', { _limit: 201 });
  sandbox.options.errorBodies = 'today';
  const today = await close.get('/activity/', { _limit: 101 });

  const tooLarge = (name: string, most: number) => ({
    errors: [],
    'field-errors': { [name]: `Input should be less than or equal to ${most}` },
  });
  expect(limit.body.error).toContain('(max_limit = 100)');
  expect(skip.body.error).toContain('(max_skip = 250000)');
  expect(leadLimit.body).toEqual(tooLarge('_limit', 200));
  expect(leadSkip.body).toEqual(tooLarge('_skip', 35_000));
  expect(old.body.error).toContain('(max_limit = 200)');
  expect(today.body).toEqual(tooLarge('_limit', 100));
  expect((await close.get('/lead/', { _limit: 200, _skip: 35_000 })).status).toBe(200);
});

test('only tasks of type lead come, unless all are asked for', async () => {
  const { organisation, sandbox, close } = await open();

  const some = await close.get('/task/', { _limit: 1000 });
  const all = await close.get('/task/', { _limit: 1000, _type: 'all', _order_by: 'date_updated' });

  expect(new Set(some.rows.map((row) => row._type))).toEqual(new Set(['lead']));
  expect(all.body.total_results).toBe(organisation.ids('task').length);
  expect(all.rows.some((row) => String(row.id).startsWith('noti_'))).toBe(true);
  expect(sandbox.ignored).toEqual([{ path: '/task/', name: '_order_by' }]);
});

test('a filter of tasks by date_updated also works in the order of date_created', async () => {
  const { organisation, close } = await open();

  const since = '2026-05-20T00:00:00Z';
  const { rows } = await close.get('/task/', {
    _type: 'all',
    _limit: 1000,
    _order_by: 'date_created',
    date_updated__gte: since,
  });

  const expected = [...organisation.all('task')].filter(
    (row) => Date.parse(String(row.date_updated)) >= Date.parse(since),
  );
  expect(rows).toHaveLength(expected.length);
  const created = dates(rows, 'date_created');
  expect(created).toEqual(created.toSorted((a, b) => a - b));
});

test('filters are as exact as they are set to be', async () => {
  const { organisation, sandbox, close } = await open();
  const [id = ''] = organisation.ids('activity.call');
  organisation.update('activity', id, { date_created: '2026-06-01T10:00:00.900001+00:00' });
  const bounds = { date_created__gt: '2026-06-01T10:00:00.100Z', date_created__lt: '2026-06-01T10:00:01Z' };

  const exact = await close.get('/activity/call/', bounds);
  sandbox.options.filterGrain = 'second';
  const coarse = await close.get('/activity/call/', bounds);

  expect(exact.rows.map((row) => row.id)).toContain(id);
  expect(coarse.rows).toEqual([]);
});

test('a date without a zone is in the zone of x-tz-offset', async () => {
  const { organisation, close } = await open();
  const [id = ''] = organisation.ids('activity.call');
  organisation.update('activity', id, { date_created: '2026-06-01T10:00:00+00:00' });
  const bounds = { date_created__gte: '2026-06-01T02:00:00', date_created__lte: '2026-06-01T02:00:00' };

  const plain = await close.get('/activity/call/', bounds);
  const shifted = await close.get('/activity/call/', bounds, { 'x-tz-offset': '-8' });

  expect(plain.rows).toEqual([]);
  expect(shifted.rows.map((row) => row.id)).toEqual([id]);
});

test('shared custom fields are not in the lists by type, but in the schema', async () => {
  const { close } = await open();

  const own = await close.get('/custom_field/lead/');
  const shared = await close.get('/custom_field/shared/');
  const schema = await close.get('/custom_field_schema/lead/');

  expect(shared.rows.length).toBeGreaterThan(0);
  expect(own.rows.some((row) => row.is_shared === true)).toBe(false);
  expect((schema.body.fields as unknown[]).length).toBe(own.rows.length + shared.rows.length);
});

test('a user who leaves is found only among the inactive members', async () => {
  const { organisation, close } = await open();
  const [id = ''] = organisation.ids('user').slice(-1);
  organisation.remove('user', id);

  const users = await close.get('/user/');
  const whole = await close.get(`/organization/${organisation.id}/`, {
    _expand: 'inactive_memberships__user',
  });

  expect(users.rows.map((row) => row.id)).not.toContain(id);
  expect(whole.body.inactive_memberships).toMatchObject([{ user: { id } }]);
});

test('paths without a slash are redirected, and unknown paths and objects are not found', async () => {
  const { close } = await open();

  expect((await close.get('/user')).status).toBe(200);
  expect((await close.get('/nothing/')).status).toBe(404);
  expect((await close.get('/opportunity/oppo_x/')).body.error).toBe(
    'Empty query: Opportunity matching query does not exist.',
  );
  expect(await close.get('/lead/lead_x/')).toMatchObject({ status: 404, body: { error: 'Not Found' } });
});

test('permissions to send as another user are shown only to the two users, one side at a time', async () => {
  const { organisation, close } = await open();
  const [me = '', other = ''] = organisation.ids('user');

  const mine = await close.get('/send_as/');
  const letMe = await close.get('/send_as/', { allowed_user_id: me });
  const one = await close.get('/send_as/', { allowing_user_id: me, allowed_user_id: other });
  const theirs = await close.get('/send_as/', { allowing_user_id: other });

  expect(mine.rows.map((row) => row.allowing_user_id)).toEqual([me, me]);
  expect(mine.body).not.toHaveProperty('has_more');
  expect(letMe.rows.map((row) => row.allowed_user_id)).toEqual([me]);
  expect(one.rows).toHaveLength(1);
  expect(theirs.status).toBe(400);
});

test('playbooks and dialer sessions have their own filters', async () => {
  const { sandbox, close } = await open();
  const names = async (query: Record<string, string>) =>
    (await close.get('/playbook/', query)).rows.map((row) => row.name);
  const count = async (query: Record<string, string>) => (await close.get('/dialer/', query)).rows.length;

  expect(await names({})).toEqual(['Playbook 0', 'Playbook 1', 'Playbook 2']);
  expect(await names({ is_archived: 'true' })).toEqual(['Playbook 2']);
  expect(await names({ position__gt: '0' })).toEqual(['Playbook 1']);
  expect(await names({ created_at__lt: '2026-05-05T00:00:00Z' })).toEqual(['Playbook 0']);
  expect(await count({ status__in: 'active,inactive' })).toBe(3);
  expect(await count({ status: 'active', source_type: 'saved-search' })).toBe(1);
  expect(sandbox.ignored).toEqual([]);
});
