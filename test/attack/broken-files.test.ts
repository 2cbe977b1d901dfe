import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../e2e/run-main.ts';
import type { TapRun } from '../e2e/run-tap.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

const KEY = 'api_5ecretSecret.0Key+With/Signs=';

let sandbox: Sandbox;
let dir: string;
beforeAll(async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 100, events: 20 }), { apiKeys: [KEY] });
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-attack-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

/** The content of a file; `null` if it does not exist, or a function that creates something else. */
type Content = string | object | null | ((path: string) => Promise<unknown>);

const put = async (name: string, content: Content): Promise<string> => {
  const path = join(dir, `${name}-${Math.random().toString(36).slice(2)}.json`);
  if (typeof content === 'function') await content(path);
  else if (content !== null) {
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
};

const goodConfig = () => ({ api_key: KEY, base_url: sandbox.url, start_date: '2000-01-01' });

const run = async (files: { config?: Content; catalog?: Content; state?: Content }) => {
  const paths: Record<string, string> = {};
  for (const [kind, content] of Object.entries({ config: goodConfig(), ...files })) {
    paths[kind] = await put(kind, content as Content);
  }
  const args = Object.entries(paths).flatMap(([kind, path]) => [`--${kind}`, path]);
  const requests = sandbox.requests.length;
  const result = await runMain(args, { env: { TAP_CLOSEIO_LOGLEVEL: 'debug' } });
  return { ...result, paths, requests: sandbox.requests.length - requests };
};

const complaints = ({ stderr }: TapRun): string[] =>
  stderr.split('\n').filter((line) => /^(CRITICAL|ERROR)/.test(line));

const stream = (more: object) => ({
  tap_stream_id: 'leads',
  stream: 'leads',
  schema: {},
  metadata: [],
  ...more,
});

describe('one line names the file and the place, with exit code 2 and before any request', () => {
  test.each<[string, 'config' | 'catalog' | 'state', () => Content, RegExp]>([
    ['no config', 'config', () => null, /there is no such config file/],
    ['an empty config', 'config', () => '', /is empty/],
    ['an incomplete config', 'config', () => `{"api_key": "${KEY}", "start`, /:1:\d+: is not valid JSON/],
    ['a config that is a list', 'config', () => [KEY], /must be a JSON object/],
    ['a directory for a config', 'config', () => (path) => mkdir(path), /is a directory/],
    ['a number for a key', 'config', () => ({ ...goodConfig(), api_key: 12 }), /api_key: must be/],
    ['a text for a number', 'config', () => ({ ...goodConfig(), page_size: KEY }), /page_size: /],
    ['an impossible date', 'config', () => ({ ...goodConfig(), start_date: '2026-02-30' }), /start_date: /],
    ['no key at all', 'config', () => ({ base_url: sandbox.url }), /api_key: is missing/],
    ['no catalog', 'catalog', () => null, /there is no such catalog file/],
    ['an incomplete catalog', 'catalog', () => '{"streams": [', /:1:\d+: is not valid JSON/],
    ['streams that are not a list', 'catalog', () => ({ streams: 'all' }), /streams: must be a list/],
    [
      'an unknown stream',
      'catalog',
      () => ({ streams: [stream({ selected: true }), stream({ tap_stream_id: 'laeds', stream: 'laeds' })] }),
      /: stream laeds: this tap has no such stream; did you mean leads\?/,
    ],
    ['a catalog of nothing', 'catalog', () => ({ streams: [] }), /: selects no stream/],
    [
      'metadata of the wrong type',
      'catalog',
      () => ({ streams: [stream({ metadata: 7 })] }),
      /streams\[0\]\.metadata/,
    ],
    ['a state of nothing valid', 'state', () => '{"bookmarks": {"le', /:1:\d+: is not valid JSON/],
    ['bookmarks that are not an object', 'state', () => ({ bookmarks: [] }), /bookmarks: must be an object/],
    [
      'a bookmark that is not a date',
      'state',
      () => ({ bookmarks: { leads: { date_updated: 'yesterday' } } }),
      /bookmarks\.leads\.date_updated: must be a date/,
    ],
    ['a directory for a state', 'state', () => (path) => mkdir(path), /is a directory/],
  ])('%s', async (_, kind, content, meant) => {
    const result = await run({ [kind]: content() });

    const lines = complaints(result);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(result.paths[kind]);
    expect(lines[0]).toMatch(meant);
    expect([result.code, result.requests, result.text]).toEqual([2, 0, '']);
    expect(result.stderr).not.toContain(KEY);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const result = await run({
      config: async (path) => {
        await writeFile(path, '{}');
        await chmod(path, 0);
      },
    });

    expect(complaints(result)[0]).toMatch(/may not be read/);
    expect(result.code).toBe(2);
  });
});

describe('something from an old catalog or another tool is only a warning', () => {
  test.each<[string, 'config' | 'catalog', () => Content, RegExp]>([
    [
      'an unknown option',
      'config',
      () => ({ ...goodConfig(), pagesize: 5 }),
      /pagesize: .*did you mean page_size/,
    ],
  ])('%s', async (_, kind, content, meant) => {
    const result = await run({ [kind]: content() });

    const warnings = result.stderr.split('\n').filter((line) => line.startsWith('WARNING'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(meant);
    expect(result.code).toBe(0);
  });
});

test('the mistakes in all files are reported at once', async () => {
  const result = await run({
    config: { ...goodConfig(), page_size: 'many' },
    catalog: '[]',
    state: '{"bookmarks',
  });

  expect(complaints(result)).toEqual([
    expect.stringContaining('page_size'),
    expect.stringContaining(result.paths.catalog ?? ''),
    expect.stringContaining(result.paths.state ?? ''),
  ]);
  expect([result.code, result.requests]).toEqual([2, 0]);
});

test('with the state of another tap, everything is read from the start, with a warning', async () => {
  const result = await run({ state: { bookmarks: { orders: { updated: '2026-01-01' } } } });

  expect(result.code).toBe(0);
  expect(result.stderr).toMatch(/^WARNING .*other taps \(orders\)/m);
});

test('an invalid proxy is named by its variable, never by its value', async () => {
  const config = await put('config', { api_key: KEY, base_url: 'https://close.invalid/api/v1' });

  const result = await runMain(['--config', config], { env: { HTTPS_PROXY: 'user:5ecret@nowhere' } });

  expect(complaints(result)).toEqual([expect.stringContaining('HTTPS_PROXY: must be an address')]);
  expect(result.stderr).not.toContain('5ecret');
  expect(result.code).toBe(2);
});

describe('a first run', () => {
  test.each<[string, Content]>([
    ['without a state file', null],
    ['with an empty one', ''],
  ])('%s gives a warning and reads from the start', async (_, state) => {
    const result = await run({ state });

    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/^WARNING .*begins at start_date/m);
    expect(result.ids('leads').size).toBeGreaterThan(0);
    expect(result.stderr).not.toContain(KEY);
  });
});
