import { setTimeout as turn } from 'node:timers/promises';
import nock from 'nock';
import { Agent, type Dispatcher, setGlobalDispatcher } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parsePagedList } from '../../src/close/envelope.ts';
import { ApiError, AuthenticationError } from '../../src/errors.ts';
import { type ClientOptions, createClient } from '../../src/http/client.ts';
import { createTransport } from '../../src/http/transport.ts';
import { formatInstant } from '../../src/time/rfc3339.ts';
import { interceptable } from './over-node-http.ts';
import { recordedLog } from './recorded-log.ts';

const HOST = 'https://api.close.com';
const BASE = '/api/v1';
const KEY = 'api_1234.secret';
const BASIC = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;

beforeAll(() => {
  nock.disableNetConnect();
  // A request without our dispatcher goes to nock too.
  setGlobalDispatcher(interceptable());
});

afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});

afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

interface Arrangement {
  readonly authorization?: string;
  readonly dispatcher?: Dispatcher;
  readonly options?: Partial<ClientOptions>;
}

/** A client over nock. Its clock moves only for the waits of the limiter. */
const arrange = ({ authorization = BASIC, dispatcher = interceptable(), options = {} }: Arrangement = {}) => {
  const log = recordedLog();
  const client = createClient({
    transport: createTransport({
      base_url: `${HOST}${BASE}`,
      authorization,
      user_agent: 'tap-closeio/test',
      dispatcher,
      request_timeout_seconds: 10,
    }),
    clock: { now: () => Date.UTC(2026, 5, 1), sleep: async () => {} },
    log,
    signal: new AbortController().signal,
    max_concurrency: 4,
    rate_limit_share: 1,
    max_retries: 2,
    firstWaitMs: 1,
    ...options,
  });
  const list = (query: Readonly<Record<string, string>> = {}) =>
    client.fetch({ method: 'GET', path: '/lead/', query, stream: 'things' }, parsePagedList);
  return { client, log, list };
};

const EMPTY = { data: [], has_more: false };

describe('the set-up of these tests', () => {
  test('fails for a request that is not expected, and does not reach the network', async () => {
    const { list } = arrange({ options: { max_retries: 0 } });

    await expect(list()).rejects.toThrow(/Disallowed net connect|No match for request/);
  });

  test('would reach the network with a plain Agent, which nock cannot intercept', async () => {
    nock(HOST).get(`${BASE}/lead/`).reply(200, EMPTY);
    const offline: Agent.Options['connect'] = {
      lookup: (_host, _options, done) => done(new Error('it asked for the address'), []),
    };
    const dispatcher = new Agent({ connect: offline });
    const { list } = arrange({ dispatcher, options: { max_retries: 0 } });

    const listing = list();

    await expect(listing).rejects.toThrow('it asked for the address');
    expect(nock.pendingMocks()).toHaveLength(1);
    nock.cleanAll();
    await dispatcher.destroy();
  });
});

describe('a request', () => {
  test.each([
    ['an API key', BASIC, 'Basic YXBpXzEyMzQuc2VjcmV0Og=='],
    ['an access token', 'Bearer token', 'Bearer token'],
  ])('carries %s, and who it comes from', async (_, authorization, expected) => {
    nock(HOST, {
      reqheaders: { authorization: expected, 'user-agent': 'tap-closeio/test', accept: 'application/json' },
    })
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY);

    const page = await arrange({ authorization }).list();

    expect(page).toMatchObject({ rows: [], hasMore: false });
  });

  test('carries its query', async () => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .query({ _limit: '1', date_updated__gte: '2026-01-01T00:00:00+00:00' })
      .reply(200, { data: [{ id: 'lead_1' }], has_more: true });

    const page = await arrange().list({ _limit: '1', date_updated__gte: '2026-01-01T00:00:00+00:00' });

    expect(page.rows).toEqual([{ id: 'lead_1' }]);
    expect(page.hasMore).toBe(true);
  });

  test('carries its body as JSON', async () => {
    const body = { query: { type: 'and', queries: [] }, _limit: 200 };
    nock(HOST, { reqheaders: { 'content-type': 'application/json' } })
      .post(`${BASE}/data/search/`, body)
      .reply(200, { data: [] });

    const answer = await arrange().client.fetch(
      { method: 'POST', path: '/data/search/', body },
      (json) => json,
    );

    expect(answer).toEqual({ data: [] });
  });
});

describe('an answer', () => {
  test.each<[string, number, string | object]>([
    ['that is a page of HTML with a 200', 200, '<html><body>Bad gateway</body></html>'],
    ['that is empty', 200, ''],
    ['that is cut', 200, '{"data": [{"id"'],
    ['without rows', 200, { has_more: false }],
    ['with rows that are not a list', 200, { data: {}, has_more: false }],
    ['that does not say whether there is more', 200, { data: [] }],
    ['that is a fault of the server', 503, ''],
    ['that is a fault of a gateway', 521, '<html></html>'],
  ])('%s is asked for again', async (_, status, body) => {
    nock(HOST).get(`${BASE}/lead/`).reply(status, body).get(`${BASE}/lead/`).reply(200, EMPTY);
    const { list, log } = arrange();

    const page = await list();

    expect(page.rows).toEqual([]);
    expect(log.lines.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringMatching(/^warning: GET \/lead\/: .*; trying again \(1 of 2\) \[things\]$/),
    ]);
  });

  test('that stays wrong ends in an error that says so, with its cause', async () => {
    nock(HOST).get(`${BASE}/lead/`).times(3).reply(200, { objects: [] });
    const { list } = arrange();

    const error: unknown = await list().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ message: 'GET /lead/: the answer has an unexpected shape', status: 200 });
    expect((error as ApiError).cause).toBeInstanceOf(Error);
  });

  test('that breaks off is asked for again', async () => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY);

    const page = await arrange().list();

    expect(page.rows).toEqual([]);
  });

  test('with a 429 is asked for again, and costs no attempt', async () => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .times(5)
      .reply(429, { error: { rate_reset: 0.01 } })
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY);
    let now = Date.UTC(2026, 5, 1);
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    const { list, log } = arrange({ options: { max_retries: 0, clock } });

    const page = await list();

    expect(page.rows).toEqual([]);
    expect(
      log.lines.filter((line) => line.includes('429; requests to this group wait 0.01 s [things]')),
    ).toHaveLength(5);
  });

  test('that asks for a long wait is logged once, however many requests are refused together', async () => {
    nock(HOST).get(`${BASE}/lead/`).times(3).reply(429, '', { 'retry-after': '60' });
    nock(HOST).get(`${BASE}/lead/`).times(3).reply(200, EMPTY);
    let now = Date.UTC(2026, 5, 1);
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        await turn(50);
        now += ms;
      },
    };
    const { list, log } = arrange({ options: { clock } });

    await Promise.all([list(), list(), list()]);

    expect(log.lines.filter((line) => line.startsWith('info'))).toEqual([
      'info: GET /lead/: 429; requests to this group wait 60 s [things]',
    ]);
  });

  test('that refuses the key is final', async () => {
    nock(HOST).get(`${BASE}/lead/`).reply(401, { error: 'Unauthorized' });

    await expect(arrange().list()).rejects.toBeInstanceOf(AuthenticationError);
  });

  test('that refuses the request is final', async () => {
    nock(HOST).get(`${BASE}/lead/`).reply(400, { error: 'no' });

    await expect(arrange().list()).rejects.toMatchObject({ status: 400, name: 'RefusedError' });
  });

  test('is repaired if no target could store it', async () => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .reply(200, String.raw`{"data": [{"id": "lead_1", "name": "a\u0000\ud83d"}], "has_more": false}`);

    const page = await arrange().list();

    expect(page.rows).toEqual([{ id: 'lead_1', name: 'a\ufffd' }]);
  });
});

describe('the server’s clock', () => {
  test('is known from the first answer, for the moment when its request was sent', async () => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY, { date: 'Mon, 01 Jun 2026 12:00:10 GMT' })
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY, { date: 'Mon, 01 Jun 2026 12:05:00 GMT' });
    let now = 0;
    const { client, list } = arrange({
      options: { clock: { now: () => (now += 500), sleep: async () => {} } },
    });

    expect(client.serverStart()).toBeNull();
    await list();
    const started = client.serverStart() ?? Number.NaN;
    await list();

    expect(client.serverStart()).toBe(started);
    expect(formatInstant(started)).toBe('2026-06-01T12:00:09.500000Z');
  });

  test('is known from a refusal too', async () => {
    nock(HOST).get(`${BASE}/lead/`).reply(403, '', { date: 'Mon, 01 Jun 2026 12:00:10 GMT' });
    const { client, list } = arrange();

    await list().catch(() => {});

    expect(formatInstant(client.serverStart() ?? Number.NaN)).toBe('2026-06-01T12:00:10.000000Z');
  });

  test('is not the clock of a gateway that answers in its place', async () => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .reply(502, '', { date: 'Thu, 01 Jan 1970 00:00:00 GMT' })
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY, { date: 'Mon, 01 Jun 2026 12:00:10 GMT' });
    const { client, list } = arrange();

    await list();

    expect(formatInstant(client.serverStart() ?? Number.NaN).slice(0, 16)).toBe('2026-06-01T12:00');
  });

  test.each([undefined, 'yesterday'])('stays unknown with the date %s', async (date) => {
    nock(HOST)
      .get(`${BASE}/lead/`)
      .reply(200, EMPTY, date === undefined ? {} : { date });
    const { client, list } = arrange();

    await list();

    expect(client.serverStart()).toBeNull();
  });
});

test('neither the log nor the metrics ever hold the key', async () => {
  nock(HOST).get(`${BASE}/lead/`).reply(503).get(`${BASE}/lead/`).reply(401, { error: KEY });
  const { list, log } = arrange();

  const error: unknown = await list().catch((reason: unknown) => reason);

  const written = JSON.stringify([log.lines, log.metrics, String(error)]);
  expect(written).not.toContain(KEY);
  expect(written).not.toContain('YXBpXzEyMzQ');
});
