import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import PACKAGE from '../package.json' with { type: 'json' };
import { configFor } from './e2e/account.ts';
import { createOrganisation } from './sandbox/organisation.ts';
import { startSandbox } from './sandbox/server.ts';

const BIN = fileURLToPath(new URL('../bin/tap-closeio.js', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'tap-closeio-'));
afterAll(() => rmSync(dir, { recursive: true }));

const state = join(dir, 'state.json');
writeFileSync(state, '{"bookmarks":{"leads":{"date_updated":"2026-01-01T00:00:00Z"}}}');

/** Runs the binary in a line of shell, in which it is `"$@"`. */
const inShell = (line: string, args: readonly string[]) =>
  new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn('bash', ['-c', line, 'bash', process.execPath, BIN, ...args]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stderr }));
  });

describe.each([
  [['--help']],
  [['state', '--help']],
  [['--version']],
  [['--about']],
  [['state', 'show', '-s', state]],
])('%j', (args) => {
  test('ends without a message if its reader has ended', async () => {
    // The reader closes its end before there is anything to read.
    const line = 'exec 3>&1; { sleep 0.3; "$@"; echo "$?" >&3; } | exec 0<&-';
    const { stderr } = await inShell(`{ ${line}; } >&2`, args);

    expect(stderr).toBe('1\n');
  });

  test.runIf(existsSync('/dev/full'))('says in one line that the disk is full', async () => {
    const { code, stderr } = await inShell('"$@" > /dev/full', args);

    expect([code, stderr]).toEqual([
      1,
      'CRITICAL cannot write the output: ENOSPC: no space left on device, write\n',
    ]);
  });
});

describe('the version of Node', () => {
  const runOn = (version: string) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`;
    return inShell(`"$1" --import '${preload.replaceAll("'", '%27')}' "\${@:2}" >&2`, ['--version']);
  };
  const oldest = /\d+\.\d+\.\d+/.exec(PACKAGE.engines.node)?.[0] ?? '';

  test.each(['18.20.8', '20.17.9', '20.18.0'])(
    'is too old when it is %s, which is one line',
    async (version) => {
      expect(await runOn(version)).toEqual({
        code: 2,
        stderr: `CRITICAL tap-closeio needs Node ${oldest} or newer, and this is Node ${version}; install a newer Node\n`,
      });
    },
  );

  test.each([oldest, '20.19.0', '22.0.0'])('is new enough if it is %s', async (version) => {
    expect(await runOn(version)).toEqual({ code: 0, stderr: `tap-closeio ${PACKAGE.version}\n` });
  });
});

test('a sync whose reader has ended says so in one line', async () => {
  const sandbox = await startSandbox(createOrganisation({ objects: 300, seed: 5 }));
  const config = join(dir, 'left.json');
  writeFileSync(config, JSON.stringify(configFor(sandbox)), { mode: 0o600 });

  const { stderr } = await inShell('LOGLEVEL=warning "$@" | exec 0<&-; echo "$PIPESTATUS" >&2', [
    '-c',
    config,
  ]);
  await sandbox.close();

  expect(stderr).toMatch(/^INFO [^\n]*; stopped: the program that reads the output has ended; [^\n]*\n1\n$/);
});

describe('a sync whose reader hangs', () => {
  test.concurrent.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends soon after %s', async (signal, expected) => {
    const sandbox = await startSandbox(createOrganisation({ objects: 3000, seed: 5 }));
    const config = join(dir, `${signal}.json`);
    writeFileSync(config, JSON.stringify(configFor(sandbox)));
    // The schemas of all tables alone would fill the pipe, before anything is asked for.
    const catalog = join(dir, `${signal}-catalog.json`);
    writeFileSync(catalog, JSON.stringify({ streams: [{ tap_stream_id: 'activities', selected: true }] }));
    // A reader that never reads: it sleeps.
    const child = spawn('bash', [
      '-c',
      'exec "$@" > >(exec sleep 60)',
      'bash',
      process.execPath,
      BIN,
      '-c',
      config,
      '--catalog',
      catalog,
    ]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exited = once(child, 'exit');
    // Until the pipe is full, so that the tap waits for it and asks for nothing more.
    for (let seen = 0; seen === 0 || seen < sandbox.requests.length; await delay(1500)) {
      seen = sandbox.requests.length;
    }

    child.kill(signal);
    const [code] = await exited;
    await sandbox.close();

    expect(code).toBe(expected);
    expect(stderr).toContain('WARNING still not stopped 10 seconds after the signal');
  });
});
