import { afterEach, expect, test } from 'vitest';
import { createClient, searchSince } from './client.ts';
import { createOrganisation } from './organisation.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { type Sandbox, startSandbox } from './server.ts';
import type { OrganisationOptions } from './sizes.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const LONG_AGO = '2000-01-01T00:00:00Z';
const running: Sandbox[] = [];

async function open(size: OrganisationOptions = {}, options: Partial<SandboxOptions> = {}) {
  const organisation = createOrganisation({ seed: 7, now: NOW, objects: 2000, ...size });
  const sandbox = await startSandbox(organisation, options);
  running.push(sandbox);
  return { organisation, sandbox, close: createClient(sandbox) };
}

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

/** Follows the cursors to the end. */
async function walk(close: ReturnType<typeof createClient>, body: Record<string, unknown>) {
  const ids: unknown[] = [];
  let cursor: unknown = null;
  do {
    const page = await close.search({ ...body, cursor });
    expect(page.status).toBe(200);
    ids.push(...page.rows.map((row) => row.id));
    cursor = page.body.cursor;
  } while (cursor !== null);
  return ids;
}

test('only ids come by default, other fields if they are named, and custom fields by one selector', async () => {
  const { close } = await open();
  const body = searchSince('lead', LONG_AGO, ['date_updated'], { _limit: 200 });

  const plain = await close.search(body);
  const full = await close.search({
    ...body,
    _fields: { lead: ['date_updated', 'custom', 'nonsense'] },
    include_counts: true,
  });

  expect(Object.keys(plain.rows[0] ?? {})).toEqual(['id', '__object_type']);
  expect(full.rows.some((row) => Object.keys(row).some((key) => key.startsWith('custom.cf_')))).toBe(true);
  expect(full.body.count).toEqual({ limited: 200, total: 200 });
});

test('with two sort keys a cursor brings all rows with the same date, and with one key it loses some', async () => {
  const { organisation, close } = await open({ leads: 500, equalTimestamps: { leads: 450 } });

  const both = await walk(
    close,
    searchSince('lead', LONG_AGO, ['date_updated', 'date_created'], { _limit: 200 }),
  );
  const one = await walk(close, searchSince('lead', LONG_AGO, ['date_updated'], { _limit: 200 }));

  expect(both.toSorted()).toEqual(organisation.ids('lead').toSorted());
  expect(one.length).toBeLessThan(both.length);
});

test('a short page is not the end, and several types come in one order', async () => {
  const { organisation, close } = await open({ leads: 30, contacts: 30 }, { searchShortPages: true });
  const type = (name: string) => ({ type: 'object_type', object_type: name });
  const { sort } = searchSince('lead', LONG_AGO, ['date_updated', 'date_created']);

  const ids = await walk(close, {
    query: { type: 'or', queries: [type('lead'), type('contact')] },
    sort,
    _limit: 7,
  });

  expect(ids.toSorted()).toEqual([...organisation.ids('lead'), ...organisation.ids('contact')].toSorted());
});

test('cursors expire, and end at their limit', async () => {
  const { organisation, sandbox, close } = await open({ leads: 50 }, { cursorCap: 20 });
  const body = searchSince('lead', LONG_AGO, ['date_updated', 'date_created'], { _limit: 10 });
  let now = NOW;
  organisation.clock = () => now;

  const first = await close.search(body);
  const second = await close.search({ ...body, cursor: first.body.cursor });
  const third = await close.search({ ...body, cursor: second.body.cursor });
  now += 31_000;
  const late = await close.search({ ...body, cursor: first.body.cursor });

  expect(second.rows).toHaveLength(10);
  expect([third.status, late.status]).toEqual([400, 400]);
  expect(late.body).toEqual({ 'field-errors': { cursor: 'Expired cursor' } });
  expect(sandbox.ignored).toEqual([]);
});

test('refuses too many fields, sorting by id, deleted custom fields and large limits, but ignores _skip', async () => {
  const { sandbox, close } = await open();
  const body = searchSince('lead', LONG_AGO, ['date_updated']);
  const long = Array.from({ length: 140 }, (_, n) => `field_${n}`);

  const replies = [
    await close.search({ ...body, _fields: { lead: long } }),
    await close.search({ ...body, sort: [{ direction: 'asc', field: { field_name: 'id' } }] }),
    await close.search({ ...body, _fields: { lead: ['custom.cf_gone'] } }),
    await close.search({ ...body, _limit: 201 }),
  ];
  const skipped = await close.search({ ...body, _skip: 50 });

  expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  expect(JSON.stringify(replies[0]?.body)).toContain('List is too long.');
  expect(replies[3]?.body['field-errors']).toEqual({ _limit: 'Input should be less than or equal to 200' });
  expect(skipped.status).toBe(200);
  expect(sandbox.ignored).toEqual([{ path: '/data/search/', name: '_skip' }]);
});

test('a body that is chunked, or not declared as JSON, is refused before it is read', async () => {
  const { sandbox } = await open();
  const authorization = `Basic ${Buffer.from('api_sandbox:').toString('base64')}`;
  const body = JSON.stringify(searchSince('lead', LONG_AGO, ['date_updated']));
  const post = async (init: object, headers: Record<string, string>) => {
    const url = `${sandbox.url}/data/search/`;
    const answer = await fetch(url, { method: 'POST', headers: { authorization, ...headers }, ...init });
    return [answer.status, ((await answer.json()) as { error: string }).error];
  };

  const unnamed = await post({ body }, {});
  const chunked = await post(
    { body: new Blob([body]).stream(), duplex: 'half' },
    { 'content-type': 'application/json' },
  );

  expect(unnamed).toEqual([400, expect.stringContaining("'Content-Type: application/json'")]);
  expect(chunked).toEqual([400, 'Chunked Transfer-Encoding is not supported.']);
});

test('a late index sends old rows, or new values, in their old positions', async () => {
  const { organisation, sandbox, close } = await open({ leads: 20 }, { indexLagMs: 60_000 });
  let now = NOW;
  organisation.clock = () => now;
  const body = searchSince('lead', LONG_AGO, ['date_updated'], {
    _fields: { lead: ['name', 'date_updated'] },
  });
  const before = await close.search(body);
  const id = String(before.rows[3]?.id);
  organisation.update('lead', id, { name: 'New name' });
  organisation.create('lead', { name: 'Unseen' });

  const stale = await close.search(body);
  sandbox.options.indexLagStyle = 'hydrated';
  const hydrated = await close.search(body);
  now += 61_000;
  const settled = await close.search(body);

  expect(stale.rows).toEqual(before.rows);
  expect(hydrated.rows[3]).toMatchObject({ id, name: 'New name' });
  expect(settled.rows).toHaveLength(21);
  expect(settled.rows[19]).toMatchObject({ id, name: 'New name' });
});
