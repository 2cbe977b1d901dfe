import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { configFor } from '../e2e/account.ts';
import { syncHere } from '../e2e/run-main.ts';
import { runTap, type TapRun } from '../e2e/run-tap.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { deliveryOf, lacking, stale, standingOf, together } from './delivery.ts';
import { syncInProcess } from './sync-in-process.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const KEY = 'api_5ecretSecret.0Key+With/Signs=';
const FORMS = [KEY, encodeURIComponent(KEY), Buffer.from(`${KEY}:`).toString('base64'), 'NWVjcmV0'];

const leaks = ({ text, stderr }: Pick<TapRun, 'text' | 'stderr'>): string[] =>
  FORMS.filter((form) => text.includes(form) || stderr.includes(form));

const noStack = /\n\s+at .*:\d+/;

describe('a run that is stopped', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by %s, twice in a row, ends with a state that can be continued, and with exit code %i',
    async (signal, code) => {
      const organisation = createOrganisation({ objects: 2000, seed: 3 });
      sandbox = await startSandbox(organisation, { latencyMs: 30 });

      const stopped = await runTap({
        config: configFor(sandbox),
        onLine: (_, count, child) => {
          if (count !== 1_000) return;
          child.kill(signal);
          child.kill(signal);
        },
      });
      sandbox.options.latencyMs = 0;
      const resumed = await syncHere({ config: configFor(sandbox), state: stopped.lastState });

      expect([stopped.code, stopped.signal]).toEqual([code, null]);
      expect(stopped.messages.at(-1)?.type).toBe('STATE');
      expect(stopped.stderr).not.toMatch(noStack);
      const both = together(deliveryOf(stopped.messages), deliveryOf(resumed.messages));
      expect(lacking(both, standingOf(organisation))).toEqual([]);
    },
  );
});

describe('a reader', () => {
  test('that ends early gives no message', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 2000 }));
    const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
    const file = join(dir, 'config.json');
    await writeFile(file, JSON.stringify(configFor(sandbox)));

    const shell = spawn('bash', [
      '-c',
      `"$0" bin/tap-closeio.js -c "$1" | head -1; echo "\${PIPESTATUS[0]}"`,
      process.execPath,
      file,
    ]);
    let out = '';
    let err = '';
    shell.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    shell.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    await new Promise((resolve) => shell.on('close', resolve));
    await rm(dir, { recursive: true });

    expect(out.trim().split('\n')).toHaveLength(2);
    expect(out).toMatch(/^\{"type":/);
    expect(
      err
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('INFO ')),
    ).toEqual([]);
    expect(err).toMatch(/; stopped: the program that reads the output has ended; [^\n]*\n$/);
  });

  test('that stops reading stops the tap, and nothing is lost', async () => {
    const organisation = createOrganisation({ objects: 4000, seed: 2 });
    sandbox = await startSandbox(organisation);
    const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
    const file = join(dir, 'config.json');
    await writeFile(file, JSON.stringify(configFor(sandbox)));
    const child = spawn(process.execPath, ['bin/tap-closeio.js', '-c', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.resume();
    const closed = new Promise((resolve) => child.on('close', resolve));

    // Nobody reads, so the pipe fills up, and then no more requests are sent.
    let before = 0;
    do {
      before = sandbox.requests.length;
      await delay(1_000);
    } while (before === 0 || sandbox.requests.length > before);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const code = await closed;
    await rm(dir, { recursive: true });

    const run = deliveryOf(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(code).toBe(0);
    expect(lacking(run, standingOf(organisation))).toEqual([]);
    expect(before).toBeLessThan(sandbox.requests.length / 2);
  });
});

describe('a key', () => {
  test('that is wrong gives one line and exit code 1', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const run = await syncHere({ config: configFor(sandbox, { api_key: KEY }), env: { LOGLEVEL: 'debug' } });

    const lines = run.stderr.split('\n').filter((line) => /^(ERROR|CRITICAL|WARNING)/.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/401/);
    expect(run.code).toBe(1);
    expect(leaks(run)).toEqual([]);
  });

  test('that is revoked during a run ends it at once, with a state that can be continued', async () => {
    const organisation = createOrganisation({ objects: 1500, seed: 4 });
    sandbox = await startSandbox(organisation, {
      apiKeys: [KEY],
      beforeRequest: () => {
        if (sandbox.requests.length === 25) sandbox.options.apiKeys = ['api_other'];
      },
    });
    const config = configFor(sandbox, { api_key: KEY, page_size: 50 });

    const cut = await syncHere({ config, env: { LOGLEVEL: 'debug' } });
    const requests = sandbox.requests.length;
    sandbox.options.apiKeys = [KEY];
    sandbox.options.beforeRequest = undefined;
    const resumed = await syncHere({ config, state: cut.lastState });

    expect([cut.code, resumed.code]).toEqual([1, 0]);
    expect(requests).toBeLessThanOrEqual(25 + 16);
    expect(cut.stderr).toMatch(/401/);
    expect(cut.messages.at(-1)?.type).toBe('STATE');
    expect(leaks(cut)).toEqual([]);
    expect(
      lacking(together(deliveryOf(cut.messages), deliveryOf(resumed.messages)), standingOf(organisation)),
    ).toEqual([]);
  });

  test.each([
    [
      'an echo of all that was sent',
      { kind: 'status', status: 400, body: { error: `bad: ${KEY} ${FORMS[2]}` } },
    ],
    ['a web page that quotes it', { kind: 'status', status: 503, body: `<p>${KEY}</p> ${FORMS[2]}` }],
    ['a reset', { kind: 'reset' }],
  ] as const)('is not shown by %s, at the lowest log level', async (_, fault) => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
      apiKeys: [KEY],
      faults: () => fault,
    });
    const meltano = join(tmpdir(), `tap-closeio-log-${process.pid}.json`);
    await writeFile(
      meltano,
      JSON.stringify({
        formatters: { singer_formatter: { '()': 'x.StructuredFormatter' } },
        root: { level: 'DEBUG' },
      }),
    );
    const config = configFor(sandbox, { api_key: KEY, max_retries: 1, max_retry_seconds: 0 });

    const plain = await syncHere({ config, env: { LOGLEVEL: 'debug' } });
    const structured = await syncHere({ config, env: { SINGER_SDK_LOG_CONFIG: meltano } });
    await rm(meltano);

    expect([plain.code, structured.code]).toEqual([1, 1]);
    expect([...leaks(plain), ...leaks(structured)]).toEqual([]);
    expect(plain.stderr).toMatch(/^CRITICAL (leads is not complete: )?(GET|POST) \/[a-z_/]+: /m);
  });
});

describe('the network', () => {
  test('without a name server gives exit code 1 and one message with the request and the cause', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const run = await syncHere({
      config: configFor(sandbox, { base_url: 'https://nowhere.invalid/api/v1', max_retries: 0 }),
    });

    const critical = run.stderr.split('\n').filter((line) => line.startsWith('CRITICAL'));
    expect(run.code).toBe(1);
    expect(critical).toEqual([
      expect.stringMatching(/^CRITICAL (GET|POST) \/.*(nowhere\.invalid|ENOTFOUND|EAI_AGAIN)/),
    ]);
    expect(run.messages.at(-1)?.type).toBe('STATE');
  });

  test('that fails during the run', async () => {
    const organisation = createOrganisation({ objects: 600, seed: 4 });
    sandbox = await startSandbox(organisation, {
      faults: () => (sandbox.requests.length > 12 ? { kind: 'reset' } : undefined),
    });
    const config = { page_size: 20, max_retries: 1 };

    const cut = await syncInProcess(sandbox, { config });
    sandbox.options.faults = undefined;
    const resumed = await syncInProcess(sandbox, { config, state: cut.lastState });

    expect(cut.failures.length).toBeGreaterThan(2);
    expect(resumed.failures).toEqual([]);
    expect(lacking(together(cut, resumed), standingOf(organisation))).toEqual([]);
  });
});

describe.each(['stale', 'hydrated'] as const)('a search index that lags and shows %s rows', (style) => {
  test('loses nothing, and little is read again', async () => {
    const organisation = createOrganisation({ objects: 600, leads: 120, seed: 9 });
    let turn = 0;
    sandbox = await startSandbox(organisation, {
      indexLagMs: 400,
      indexLagStyle: style,
      beforeRequest: () => {
        turn += 1;
        organisation.update('lead', organisation.ids('lead')[(turn * 7) % 110] ?? '');
        if (turn % 5 === 0) organisation.create('lead');
      },
    });
    const config = { page_size: 20 };

    const first = await syncInProcess(sandbox, { config });
    sandbox.options.beforeRequest = undefined;
    await delay(450);
    const second = await syncInProcess(sandbox, { config, state: first.lastState });

    expect([...first.failures, ...second.failures]).toEqual([]);
    const both = together(first, second);
    expect(lacking(both, standingOf(organisation))).toEqual([]);
    expect(stale(both, organisation)).toEqual([]);
  });
});
