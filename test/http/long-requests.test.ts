import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { parsePagedList } from '../../src/close/envelope.ts';
import { parseJson } from '../../src/http/parse-json.ts';
import { createTransport } from '../../src/http/transport.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

let sandbox: Sandbox;

afterEach(() => sandbox.close());

test('a hundred ids are asked for in one request, and exactly these objects come', async () => {
  const organisation = createOrganisation({ objects: 1_000, seed: 3 });
  sandbox = await startSandbox(organisation);
  const ids = organisation.ids('task').slice(0, 100);
  const dispatcher = new Agent();
  const send = createTransport({
    base_url: sandbox.url,
    authorization: `Basic ${Buffer.from('api_sandbox:').toString('base64')}`,
    user_agent: 'test/1',
    dispatcher,
    request_timeout_seconds: 10,
  });

  const reply = await send(
    { method: 'GET', path: '/task/', query: { id__in: ids.join(','), _limit: '100', _type: 'all' } },
    new AbortController().signal,
  );
  await dispatcher.destroy();

  expect(ids.length).toBeGreaterThan(50);
  expect(ids.join(',').length).toBeGreaterThan(2_000);
  expect(
    new Set(parsePagedList(parseJson(reply.page?.bytes.toString() ?? reply.text)).rows.map(({ id }) => id)),
  ).toEqual(new Set(ids));
  expect(sandbox.requests).toMatchObject([{ method: 'GET', path: '/task/', params: { _limit: '100' } }]);
});
