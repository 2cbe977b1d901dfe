import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import { attack, attackProcess, type HostileServer, type Serve, startHostile } from './hostile-server.ts';

const open: { readonly close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const start = async (serve: Serve): Promise<HostileServer> => {
  const server = await startHostile(serve);
  open.push(server);
  return server;
};

const EMPTY = '{"data": [], "has_more": false}';
const DIGITS = '9'.repeat(400);

const criticals = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => line.startsWith('CRITICAL'));

describe('an impossible reset time in ordinary answers does not delay the run', () => {
  test.each(['100800', DIGITS, '-5', '4102444800'])('%s', async (reset) => {
    const sandbox = await startSandbox(createOrganisation({ objects: 400, seed: 2 }));
    open.push(sandbox);
    // A Close whose answers have one more header.
    const server = await start(async (request, response) => {
      const body = (await request.toArray()).join('');
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const answer = await fetch(`${new URL(sandbox.url).origin}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { authorization, 'content-type': type },
        ...(body === '' ? {} : { body }),
      });
      response.setHeader('ratelimit', `limit=100, remaining=0, reset=${reset}`);
      response.writeHead(answer.status).end(await answer.text());
    });

    const { code, stderr, ids } = await attack(server, ['leads', 'tasks', 'activities'], {
      config: { api_key: 'api_sandbox', start_date: '2000-01-01', page_size: 50 },
    });

    expect(stderr).not.toMatch(/TimeoutOverflow|Warning|unsettled/i);
    expect(criticals(stderr)).toEqual([]);
    expect(code).toBe(0);
    expect(ids('tasks')).toEqual(new Set(sandbox.organisation.ids('task')));
  });
});

describe('a 429 with an impossible wait is asked again soon', () => {
  test.each([DIGITS, '-5', 'Infinity'])('%s', async (wait) => {
    const server = await start((_, response, count) => {
      if (count > 1) return response.end(EMPTY);
      return response
        .writeHead(429, { 'retry-after': wait, ratelimit: `limit=10, remaining=0, reset=${wait}` })
        .end(`{"error": {"rate_reset": ${wait === DIGITS ? DIGITS : '"x"'}}}`);
    });

    const { code, stderr } = await attack(server, ['users']);

    expect(stderr).not.toMatch(/TimeoutOverflow|Warning|unsettled/i);
    expect(code).toBe(0);
  });
});

describe('a body', () => {
  test('that never ends makes the request fail with a message, once', async () => {
    const part = Buffer.alloc(1024 * 1024, 0x20);
    const endless = function* () {
      for (;;) yield part;
    };
    const server = await start((_, response) => Readable.from(endless()).pipe(response));

    const { code, stderr } = await attack(server, ['users']);

    expect(code).toBe(1);
    expect(criticals(stderr)).toEqual([
      expect.stringContaining('larger than 64 MiB; set page_size to a smaller number'),
    ]);
    expect(server.requests).toHaveLength(1);
  });

  test('that comes byte by byte for ever makes the request fail with a message', async () => {
    const server = await start((_, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });

    const { code, stderr } = await attack(server, ['users'], { config: { request_timeout_seconds: 1 } });

    expect(code).toBe(1);
    expect(criticals(stderr)).toEqual([expect.stringContaining('no complete answer within 3 s')]);
    expect(server.requests).toHaveLength(2);
  });

  test('that is compressed is refused with a message, and never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    const server = await start((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );

    const { code, stderr } = await attack(server, ['users']);

    expect(code).toBe(1);
    expect(criticals(stderr)).toEqual([
      expect.stringContaining('the answer is compressed (content-encoding: gzip)'),
    ]);
  });
});

describe('an id that the server sent', () => {
  test.each(['..', '../../oauth2/token'])('does not lead to another path: %s', async (id) => {
    const server = await start(({ url }, response) => {
      response.end(
        JSON.stringify(url?.endsWith('/me/') ? { id: 'user_1', organizations: [{ id }] } : { id, data: [] }),
      );
    });

    const { code, stderr } = await attack(server, ['memberships']);

    expect(code).toBe(1);
    expect(criticals(stderr)).toEqual([
      expect.stringContaining('is not an id; nothing was requested with it'),
    ]);
    expect(server.requests.filter((request) => !request.startsWith('GET /api/v1/me/'))).toEqual([]);
  });
});

describe('a stop ends the process at once', () => {
  test.each<[string, Serve]>([
    ['while a body comes byte by byte', (_, response) => setInterval(() => response.write(' '), 20).unref()],
    ['while it waits for an answer', () => {}],
    ['while it waits after a 429', (_, response) => response.writeHead(429, { 'retry-after': '100' }).end()],
    [
      'while it waits for a reset',
      (_, response) => response.writeHead(200, { ratelimit: 'limit=10, remaining=0, reset=100' }).end('{}'),
    ],
    ['while it waits for the end of an outage', (_, response) => response.writeHead(503).end()],
  ])('%s', async (_, serve) => {
    const told: { stop: () => void } = { stop: () => {} };
    const server = await start((request, response, count) => {
      serve(request, response, count);
      setTimeout(() => told.stop(), 500);
    });
    let from = Number.NaN;

    const { code, stderr } = await attackProcess(server, ['users', 'custom_fields'], {
      config: { max_retries: 5, max_retry_seconds: 900 },
      onLine: (_line, _count, child) => {
        // Only one signal: a second one may come when the process no longer catches it.
        told.stop = () => {
          if (Number.isNaN(from) && child.kill('SIGTERM')) from = Date.now();
        };
      },
    });

    expect(code).toBe(143);
    expect(stderr).toContain('stopped by SIGTERM');
    expect(stderr).not.toContain('not done');
  });
});
