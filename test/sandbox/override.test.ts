import { afterEach, expect, test } from 'vitest';
import { createOrganisation } from './organisation.ts';
import { type Sandbox, startSandbox } from './server.ts';

let sandbox: Sandbox;

afterEach(() => sandbox.close());

const AUTHORIZATION = `Basic ${Buffer.from('api_sandbox:').toString('base64')}`;
const OVERRIDE = { 'x-http-method-override': 'GET' };

const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const parsed = text.startsWith('{') ? (JSON.parse(text) as { data?: { id: string }[] }) : {};
  return { status: response.status, ids: (parsed.data ?? []).map(({ id }) => id) };
};

test('a POST with the override header takes its parameters from the body, and not from the URL', async () => {
  const organisation = createOrganisation({ objects: 300 });
  sandbox = await startSandbox(organisation);
  const [first = '', second = '', third = ''] = organisation.ids('activity.call');

  const asked = await post(
    `/activity/?id__in=${third}&_limit=1`,
    { _params: { id__in: `${first},${second}` } },
    OVERRIDE,
  );

  expect(asked.status).toBe(200);
  expect(new Set(asked.ids)).toEqual(new Set([first, second]));
  expect(sandbox.requests[0]).toMatchObject({ method: 'GET', params: { id__in: `${first},${second}` } });
});

test('a POST without that header is not answered with a list', async () => {
  const organisation = createOrganisation({ objects: 100 });
  sandbox = await startSandbox(organisation);
  const [first = ''] = organisation.ids('activity');

  const asked = await post('/activity/', { _params: { id__in: first } });

  expect(asked).toEqual({ status: 405, ids: [] });
});

test('a URL of more than 2,000 characters is refused', async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 100 }));
  const status = async (length: number): Promise<number> => {
    const start = `${sandbox.url}/activity/?id__in=`;
    const url = start + 'x'.repeat(length - start.length);
    return (await fetch(url, { headers: { authorization: AUTHORIZATION } })).status;
  };

  expect([await status(2_000), await status(2_001)]).toEqual([200, 414]);
});
