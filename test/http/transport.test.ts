import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { ApiError, PassingError } from '../../src/errors.ts';
import type { ApiRequest } from '../../src/http/request.ts';
import { createTransport } from '../../src/http/transport.ts';

const SECRET = 'Basic c2VjcmV0Og==';
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const listen = async (serve: RequestListener): Promise<string> => {
  const server: Server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
};

const transportTo = (base_url: string, timeoutMs = 30_000, connect: Agent.Options['connect'] = {}) => {
  const dispatcher = new Agent({ connect });
  open.unshift(() => dispatcher.destroy());
  return createTransport({
    base_url,
    authorization: SECRET,
    user_agent: 'test/1',
    dispatcher,
    request_timeout_seconds: timeoutMs / 1000,
  });
};

const { signal: noSignal } = new AbortController();
const lead: ApiRequest = { method: 'GET', path: '/lead/' };

/** The error with which a request ends. */
const failure = async (base_url: string, timeoutMs?: number, connect?: Agent.Options['connect']) => {
  const sending = transportTo(base_url, timeoutMs, connect)(lead, noSignal);
  const error: unknown = await sending.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

describe('what is sent', () => {
  /** A server that answers with the request that it got. */
  const echo: RequestListener = async (request, response) => {
    const body = (await request.toArray()).join('');
    const { method, url, headers } = request satisfies IncomingMessage;
    response.end(JSON.stringify({ method, url, headers, body }));
  };
  const sent = async (request: ApiRequest): Promise<Record<string, unknown>> => {
    const reply = await transportTo(await listen(echo))(request, noSignal);
    return JSON.parse(reply.text) as Record<string, unknown>;
  };

  test('names the program, and the type of answer that it wants', async () => {
    const { method, url, headers, body } = await sent(lead);

    expect([method, url, body]).toEqual(['GET', '/api/v1/lead/', '']);
    expect(headers).toMatchObject({
      authorization: SECRET,
      'user-agent': 'test/1',
      accept: 'application/json',
    });
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('x-tz-offset');
  });

  test('encodes the query', async () => {
    const { url } = await sent({
      ...lead,
      query: { date_updated__gte: '2026-01-02T03:04:05+00:00', q: 'a&b=c ü', _limit: '5' },
    });

    expect(url).toBe(
      '/api/v1/lead/?date_updated__gte=2026-01-02T03%3A04%3A05%2B00%3A00&q=a%26b%3Dc+%C3%BC&_limit=5',
    );
  });

  test('has its body as JSON, in one piece and not in chunks', async () => {
    const request = {
      method: 'POST',
      path: '/data/search/',
      body: { query: { type: 'and' }, name: 'ü' },
    } as const;

    const { method, headers, body } = await sent(request);

    expect(method).toBe('POST');
    expect(JSON.parse(String(body))).toEqual(request.body);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '36' });
    expect(headers).not.toHaveProperty('transfer-encoding');
  });
});

describe('an answer', () => {
  test.each([
    ['ASCII', Buffer.from('{"a":"b"}')],
    ['Latin letters', Buffer.from('{"a":"Größe"}')],
    ['all planes', Buffer.from('{"a":"é 合同 🎉 \u{10ffff}"}')],
    ['a byte order mark', Buffer.from('\ufeff{"a":"é"}')],
    ['ill-formed UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x22])],
    ['nothing', Buffer.alloc(0)],
  ])('is decoded as the web decodes UTF-8: %s', async (_, bytes) => {
    const url = await listen((_request, response) => response.end(bytes));

    const reply = await transportTo(url)(lead, noSignal);

    expect(reply.text).toBe(new TextDecoder().decode(bytes));
  });

  test('is the status, the headers in lower case and the whole text, whatever the status', async () => {
    const base_url = await listen((_, response) => {
      response.writeHead(404, { 'X-Thing': ['a', 'b'], RateLimit: 'limit=1' });
      response.write('{"error":');
      setImmediate(() => response.end('"ü"}'));
    });

    const reply = await transportTo(base_url)(lead, noSignal);

    expect(reply).toMatchObject({ status: 404, text: '{"error":"ü"}' });
    expect(reply.headers).toMatchObject({ 'x-thing': 'a, b', ratelimit: 'limit=1' });
  });
});

describe('an error on the way may pass, and is described without credentials:', () => {
  const faults: Readonly<Record<string, RequestListener>> = {
    'a connection that is reset': (request) => request.socket.resetAndDestroy(),
    'a connection that is closed without an answer': (request) => request.socket.destroy(),
    'a body that is cut': (request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"data":[');
      setImmediate(() => request.socket.destroy());
    },
    'a chunked body that is cut': (request, response) => {
      response.writeHead(200);
      response.write('{"data":[');
      setImmediate(() => request.socket.destroy());
    },
    'what is no HTTP': (request) => request.socket.end('hello\r\n\r\n'),
  };

  test.each(Object.entries(faults))('%s', async (_, serve) => {
    const error = await failure(await listen(serve));

    expect(error).toMatchObject({ name: 'PassingError', status: null, request: 'GET /lead/' });
    expect(error.message).toMatch(/^GET \/lead\/: ./);
    expect(error.message).not.toContain('c2VjcmV0');
    expect(error.cause).toBeInstanceOf(Error);
  });

  const delays: Readonly<Record<string, readonly [RequestListener, string]>> = {
    'an answer that never begins': [() => {}, 'Headers Timeout Error'],
    'a body that stops': [(_, response) => response.write('{"data":['), 'Body Timeout Error'],
  };

  test('an answer that never begins, and a body that stops, before the limit for the whole answer', async () => {
    // A second for each, since undici's own timers are not more exact. Both run at the same time.
    const errors = await Promise.all(
      Object.values(delays).map(async ([serve]) => failure(await listen(serve), 1_000)),
    );

    expect(errors.map(({ message }) => message)).toEqual(
      Object.values(delays).map(([, reason]) => `GET /lead/: ${reason}`),
    );
    expect(errors.every((error) => error instanceof PassingError && error.status === null)).toBe(true);
  });

  test('a body that comes too slowly, by the limit for the whole answer', async () => {
    const base_url = await listen((_, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });

    const error = await failure(base_url, 300);

    expect(error).toMatchObject({ name: 'PassingError', status: null });
    expect(error.message).toBe('GET /lead/: no complete answer within 0.9 s');
  });

  test('a connection that is refused, by its code if it has no text', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');

    const error = await failure(`http://127.0.0.1:${port}`);

    expect(error).toMatchObject({ name: 'PassingError', status: null });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('a host name that does not exist', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND api.example'), { code: 'ENOTFOUND' });

    const error = await failure('http://api.example', 30_000, {
      lookup: (_host, _options, done) => done(unknown, []),
    });

    expect(error).toMatchObject({ name: 'PassingError', status: null });
    expect(error.message).toBe('GET /lead/: getaddrinfo ENOTFOUND api.example');
  });
});

describe('an answer that could fill the memory', () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20));

  test('and has no end is given up with a message, and not asked for again', async () => {
    const part = Buffer.alloc(1024 * 1024, 0x20);
    const endless = function* () {
      for (;;) yield part;
    };
    let isClosed: Promise<unknown> = Promise.reject(new Error('nobody connected'));
    isClosed.catch(() => {});
    const base_url = await listen((request, response) => {
      isClosed = new Promise((resolve) => request.socket.on('close', resolve));
      Readable.from(endless()).pipe(response);
    });

    const error = await failure(base_url);

    expect(error).toMatchObject({
      message: 'GET /lead/: the answer is larger than 64 MiB; set page_size to a smaller number',
      name: 'FinalError',
      status: null,
    });
    await isClosed;
  });

  test.each(['gzip', 'br', 'x-thing', 'identity, gzip'])(
    'and is compressed with %s is not unpacked, but refused with a message',
    async (encoding) => {
      const base_url = await listen((_, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
      );

      const error = await failure(base_url);

      expect(error.message).toContain(`GET /lead/: the answer is compressed (content-encoding: ${encoding})`);
      expect(error).toMatchObject({ name: 'PassingError', status: null });
    },
  );

  test('and is compressed, but is an error, is reported with its status', async () => {
    const base_url = await listen((_, response) =>
      response.writeHead(429, { 'content-encoding': 'gzip', 'retry-after': '3' }).end(bomb),
    );

    const reply = await transportTo(base_url)(lead, noSignal);

    expect(reply).toMatchObject({ status: 429, text: '', headers: { 'retry-after': '3' } });
  });

  test('and says that it is not compressed is read', async () => {
    const base_url = await listen((_, response) =>
      response.writeHead(200, { 'content-encoding': 'Identity' }).end('{}'),
    );

    expect(await transportTo(base_url)(lead, noSignal)).toMatchObject({ text: '{}' });
  });
});

describe('the end of the run', () => {
  test('ends a request before it is sent', async () => {
    let asked = 0;
    const base_url = await listen((_, response) => {
      asked += 1;
      response.end('{}');
    });
    const reason = new Error('stopped');

    const sending = transportTo(base_url)(lead, AbortSignal.abort(reason));

    await expect(sending).rejects.toBe(reason);
    expect(asked).toBe(0);
  });

  test.each([
    ['that waits for its answer', () => {}],
    [
      'in the middle of its body',
      (...[, response]: Parameters<RequestListener>) => response.write('{"data":['),
    ],
  ])('ends a request %s, with the reason of the end', async (_, serve) => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const base_url = await listen((request, response) => {
      serve(request, response);
      setImmediate(() => controller.abort(reason));
    });

    const sending = transportTo(base_url)(lead, controller.signal);

    await expect(sending).rejects.toBe(reason);
  });
});
