import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HostileProxy, leadTo, startProxy } from './hostile-proxy.ts';
import { syncHere } from './run-main.ts';
import { runTap, type TapOptions } from './run-tap.ts';

const HOST = 'close.test';
const KEY = 'api_1234.verysecretkey';
const PASSWORD = 'pa%2Fss5ecret';
const catalog = {
  streams: [
    {
      tap_stream_id: 'users',
      stream: 'users',
      schema: { properties: { id: { type: ['string'] } } },
      metadata: [{ breadcrumb: [], metadata: { selected: true } }],
    },
  ],
};

const open: (() => Promise<unknown>)[] = [];
let dir = '';
let certificate = '';
let server: Server;
let port = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-tls-'));
  certificate = join(dir, 'cert.pem');
  const subject = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(dir, 'key.pem'), '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', ...key, ...subject, ...files]);
  server = createServer(
    { key: await readFile(join(dir, 'key.pem')), cert: await readFile(certificate) },
    (_, response) => response.end('{"data": [], "has_more": false}'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true });
});

const proxy = async (answer: (socket: Socket) => void): Promise<HostileProxy> => {
  const started = await startProxy(answer);
  open.push(started.close);
  return started;
};

const answering = (text: string) => (socket: Socket) => socket.end(text);

const through = (address: string, config: object = {}): TapOptions => ({
  config: { api_key: KEY, base_url: `https://${HOST}/api/v1`, max_retries: 1, ...config },
  catalog,
  env: {
    https_proxy: address,
    HTTPS_PROXY: address,
    http_proxy: '',
    HTTP_PROXY: '',
    no_proxy: '',
    NO_PROXY: '',
  },
});

/** Starts a process, since Node itself reads the environment and gets signals. */
const runProcess = (address: string, { env, ...more }: Partial<TapOptions>) => {
  const options = through(address);
  return runTap({ ...options, ...more, env: { ...options.env, ...env } });
};

const criticals = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => line.startsWith('CRITICAL'));

describe('a proxy that', () => {
  test.each<[string, (socket: Socket) => void, string, number]>([
    ['closes after CONNECT', (socket) => socket.end(), 'closed the connection after CONNECT', 2],
    ['resets after CONNECT', (socket) => socket.resetAndDestroy(), 'ECONNRESET', 2],
    [
      'closes in the tunnel',
      answering('HTTP/1.1 200 OK\r\n\r\n'),
      'disconnected before secure TLS connection was established',
      2,
    ],
    [
      'answers 502',
      answering('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
      `refused to connect to ${HOST}:443: 502`,
      2,
    ],
    ['answers 403', answering('HTTP/1.1 403 Forbidden\r\n\r\n'), `refused to connect to ${HOST}:443: 403`, 1],
    ['answers 407', answering('HTTP/1.1 407 Auth\r\n\r\n'), 'refused the user name or the password (407)', 1],
    [
      'speaks something else',
      answering('220 mail.example ESMTP\r\n\r\n'),
      'does not answer as an HTTP proxy',
      1,
    ],
    [
      'never ends its answer',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(4_000)}`),
      'does not answer as an HTTP proxy',
      1,
    ],
  ])(
    '%s gives one clear message with its address, and never its password',
    async (_, answer, words, most) => {
      const { port, connections } = await proxy(answer);

      const { code, stderr } = await syncHere(through(`http://user:${PASSWORD}@127.0.0.1:${port}`));

      expect(code).toBe(1);
      expect(criticals(stderr)).toEqual([expect.stringContaining(words)]);
      expect(criticals(stderr)[0]).toContain(
        `127.0.0.1:${port}`.slice(0, words.includes('TLS') ? 0 : undefined),
      );
      expect(connections()).toBe(most);
      for (const secret of [
        KEY,
        PASSWORD,
        'pa/ss5ecret',
        Buffer.from('user:pa/ss5ecret').toString('base64'),
      ]) {
        expect(stderr).not.toContain(secret);
      }
    },
  );

  test('needs a password gets the decoded one of the variable', async () => {
    const { port, heads } = await proxy(answering('HTTP/1.1 403 Forbidden\r\n\r\n'));

    await syncHere(through(`http://us%40er:${PASSWORD}@127.0.0.1:${port}`));

    const expected = Buffer.from('us@er:pa/ss5ecret').toString('base64');
    expect(heads[0]).toBe(
      `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\nProxy-Authorization: Basic ${expected}\r\n\r\n`,
    );
  });

  test('does not exist is named', async () => {
    const { port, close } = await startProxy(() => {});
    await close();

    const { code, stderr } = await syncHere(through(`http://127.0.0.1:${port}`));

    expect(code).toBe(1);
    expect(criticals(stderr)).toEqual([expect.stringContaining(`cannot reach the proxy 127.0.0.1:${port}`)]);
  });

  test('never answers CONNECT makes the run fail in time, with a message', async () => {
    const { port, connections } = await proxy(() => {});

    const { code, stderr } = await syncHere(
      through(`http://127.0.0.1:${port}`, { request_timeout_seconds: 1 }),
    );

    expect(code).toBe(1);
    expect(criticals(stderr)).toEqual([
      expect.stringContaining(`the proxy 127.0.0.1:${port}: no connection to ${HOST} within 1 s`),
    ]);
    expect(connections()).toBe(2);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['never answers CONNECT', () => {}],
    ['opens a tunnel without TLS', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
  ])('%s does not delay a stop', async (_, answer) => {
    const asked: { stop: () => void } = { stop: () => {} };
    const { port } = await proxy((socket) => {
      answer(socket);
      asked.stop();
    });
    const from = Date.now();

    const { code, stderr } = await runProcess(`http://127.0.0.1:${port}`, {
      onLine: (_line, _count, child) => {
        asked.stop = () => child.kill('SIGTERM');
      },
    });

    expect(code).toBe(143);
    expect(stderr).toContain('stopped by SIGTERM');
    expect(stderr).not.toContain('not done');
    expect(Date.now() - from).toBeLessThan(9_000);
  });
});

test('a server that never speaks TLS does not delay a stop', async () => {
  const { port } = await proxy(() => {});
  let from = Number.NaN;

  const { code, stderr } = await runTap({
    config: { api_key: KEY, base_url: `https://127.0.0.1:${port}/api/v1` },
    catalog,
    onLine: (_line, count, child) => {
      if (count > 1) return;
      setTimeout(() => {
        from = Date.now();
        child.kill('SIGTERM');
      }, 700);
    },
  });

  expect(code).toBe(143);
  expect(stderr).toContain('stopped by SIGTERM');
  expect(stderr).not.toContain('not done');
  expect(Date.now() - from).toBeLessThan(9_000);
});

describe('the certificate of Close', () => {
  test.each<Readonly<Record<string, string>>>([{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }])(
    'is verified, whatever the environment says: %j',
    async (env) => {
      const { port: door, connections } = await proxy(leadTo(port));

      const { code, stderr } = await runProcess(`http://127.0.0.1:${door}`, { env });

      expect(code).toBe(1);
      expect(criticals(stderr)).toEqual([
        expect.stringMatching(/certificate is not trusted.*NODE_EXTRA_CA_CERTS/),
      ]);
      expect(connections()).toBe(1);
      const said = 'WARNING NODE_TLS_REJECT_UNAUTHORIZED is set, but this tap still verifies certificates';
      expect(stderr.includes(said)).toBe('NODE_TLS_REJECT_UNAUTHORIZED' in env);
    },
  );

  test('is trusted if NODE_EXTRA_CA_CERTS names it, and the tap works through the proxy', async () => {
    const { port: door, heads } = await proxy(leadTo(port));

    const { code, lastState } = await runProcess(`http://127.0.0.1:${door}`, {
      env: { NODE_EXTRA_CA_CERTS: certificate },
    });

    expect(code).toBe(0);
    expect(lastState).toBeDefined();
    expect(heads.length).toBeGreaterThan(0);
  });
});
