import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../e2e/run-main.ts';
import { runBinary } from '../e2e/run-tap.ts';
import { createJob, leadsAt } from '../pipeline/job.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

const BIN = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));
const KEY = 'api_5gtFTBJ7TXNGTy2cXqhMpH.3qDzfSTzqYz9';

let sandbox: Sandbox;
let dir: string;
let good: string;
beforeAll(async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 30 }), { apiKeys: [KEY] });
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-strange-'));
  good = await put('good.json', { api_key: KEY, base_url: sandbox.url });
});
afterAll(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

const put = async (name: string, content: object | string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const pipe = (name: string): string => {
  const path = join(dir, name);
  execFileSync('mkfifo', [path]);
  return path;
};

/** Runs a shell command in which `"$@"` is the tap. */
const inShell = (line: string) =>
  new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn('bash', ['-c', line, 'bash', process.execPath, BIN], { cwd: dir });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.resume();
    child.on('close', (code) => resolve({ code, stderr }));
  });

const nested = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);

describe.concurrent('exit code 2 with a message, and no hang or crash, for', () => {
  test.each<[string, 'config' | 'catalog' | 'state', () => string | Promise<string>, RegExp]>([
    [
      'a config that is a pipe without a writer',
      'config',
      () => pipe('c'),
      /a pipe, and no program writes to it/,
    ],
    ['a catalog that is such a pipe', 'catalog', () => pipe('p'), /a pipe, and no program writes to it/],
    ['a state that is such a pipe', 'state', () => pipe('s'), /a pipe, and no program writes to it/],
    ['a config without end', 'config', () => '/dev/zero', /is too large/],
    ['a state without end', 'state', () => '/dev/zero', /is too large/],
    ['a config of 100,000 [', 'config', () => put('c1', nested('[', '')), /c1:1:100001: is not valid JSON/],
    ['a config nested as deep', 'config', () => put('c2', nested('[', ']')), /c2: is nested more than 200/],
    [
      'a catalog nested as deep',
      'catalog',
      () => put('p1', nested('{"a":', '}').replace('}', '1}')),
      /p1: is nested/,
    ],
    [
      'a schema nested as deep',
      'catalog',
      () =>
        put(
          'p2',
          `{"streams":[{"stream":"leads","schema":${nested('{"items":', '}').replace('}', '{}}')}}]}`,
        ),
      /p2: is nested/,
    ],
    ['a state of 100,000 [', 'state', () => put('s1', nested('[', '')), /s1:1:100001: is not valid JSON/],
    [
      'a bookmark nested as deep',
      'state',
      () => put('s2', `{"bookmarks":{"leads":{"x":${nested('[', ']')}}}}`),
      /s2: is nested/,
    ],
    [
      'a state wrapped as often',
      'state',
      () => put('s3', nested('{"singer_state":', '}').replace('}', '{}}')),
      /s3: is nested/,
    ],
  ])('%s', async (_, kind, file, meant) => {
    const path = await file();
    const others = kind === 'config' ? [] : ['--config', good];

    const { code, stderr, text } = await runMain([...others, `--${kind}`, path]);

    expect(stderr).toMatch(meant);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, text]).toEqual([2, '']);
  });
});

describe.concurrent('a config that comes through a pipe', () => {
  test('is read, even from a slow program', async () => {
    const { code, stderr } = await inShell(`"$@" check --config <(sleep 7; cat '${good}')`);

    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test.each(['check', 'state rotate --state s.json --in'])('%s: does not delay a stop', async (words) => {
    const flags = words === 'check' ? 'check --config' : words;
    const { code } = await inShell(
      `exec 9<>waiting-${words.length}; "$@" ${flags} waiting-${words.length} & sleep 2; kill $!; wait $!`,
    );

    expect(code).toBe(143);
  });
  beforeAll(() => {
    pipe('waiting-5');
    pipe(`waiting-${'state rotate --state s.json --in'.length}`);
  });
});

describe('a key that others can read', () => {
  const readable = async (mode: number, above: number): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'tap-closeio-open-'));
    await chmod(folder, above);
    const path = join(folder, 'config.json');
    await writeFile(path, JSON.stringify({ api_key: KEY, base_url: sandbox.url }), { mode: 0o600 });
    await chmod(path, mode);
    return path;
  };

  test.each([
    [0o644, 0o755, 'every user of this machine'],
    [0o640, 0o755, 'its group'],
    [0o600, 0o755, null],
    [0o644, 0o700, null],
  ])('in a file of mode %o in a directory of mode %o: %s', async (mode, above, who) => {
    const path = await readable(mode, above);

    const { stderr } = await runMain(['check', '--config', path]);
    await rm(join(path, '..'), { recursive: true });

    expect(stderr).toBe(
      who === null
        ? ''
        : `WARNING ${path}: the file holds the key, and ${who} can read it; to prevent that, run chmod 600 ${path}\n`,
    );
  });

  test('is not reported on Kubernetes, which mounts it like this, or in a file without a key', async () => {
    const path = await readable(0o644, 0o755);
    const other = await put('other.json', { start_date: '2026-01-01' });
    await chmod(other, 0o644);

    const { stderr } = await runMain(['check', '--config', path, '--config', other], {
      env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' },
    });
    await rm(join(path, '..'), { recursive: true });

    expect(stderr).toBe('');
  });
});

describe('a lock that is not a file', () => {
  test.each<[string, (path: string) => unknown]>([
    ['a symbolic link', (path) => symlink('gone', path)],
    ['a symbolic link', (path) => symlink('state.json', path)],
    ['a directory', (path) => mkdir(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ])('but %s is refused with a message, before anything is read', async (what, make) => {
    const job = await createJob();
    job.writeState(leadsAt('01-01'));
    await make(`${job.statePath}.lock`);

    const run = await job.run({ tap: [{ state: leadsAt('01-02') }] });
    const reset = await job.command(['state', 'reset', '--state', job.statePath, 'leads']);

    for (const { code, stderr } of [run, reset]) {
      // Lines of `run` have a date.
      expect(stderr.replace(/^\S+Z /, '')).toBe(
        `CRITICAL ${job.statePath}.lock: is ${what}, so it cannot be the lock; remove it. Nothing was done\n`,
      );
      expect(code).toBe(1);
    }
    expect(job.readState()).toEqual(leadsAt('01-01'));
  });
});

describe('a key in the wrong place is not printed:', () => {
  const hexKey = '0f8e3a5b7c9d1e2f3a4b5c6d7e8f9012';

  test.each<[string, readonly string[]]>([
    ['as an option', [`--${KEY}`]],
    ['as an option of another kind', [`--${hexKey}`]],
    ['as an argument', ['check', '--config', 'ENV', hexKey]],
    ['as a command', [KEY]],
    ['as a file', ['--config', KEY]],
    ['as a state', ['state', 'show', '--state', KEY]],
  ])('%s', async (_, args) => {
    const { code, stderr } = await runMain(args);

    expect(code).toBe(2);
    expect(stderr).toContain('[redacted]');
    expect(stderr).not.toContain(KEY.slice(4, 14));
    expect(stderr).not.toContain(hexKey.slice(0, 10));
  });

  test('as the name of a setting in the config', async () => {
    const config = await put('named.json', { [KEY]: true, [hexKey]: '', api_key: 'x'.repeat(9) });

    const { stderr } = await runMain(['--config', config, '--catalog', join(dir, 'none')]);

    expect(stderr).toMatch(/no such catalog/);
    const again = await runMain(['check', '--config', config, '--config', good]);
    expect(again.stderr.match(/a setting is ignored, and its name is not shown/g)).toHaveLength(2);
    for (const text of [stderr, again.stderr]) {
      expect(text).not.toContain(KEY.slice(4, 14));
      expect(text).not.toContain(hexKey.slice(0, 10));
    }
  });
});

describe('.env', () => {
  const withDotEnv = async (dotEnv: string, env: Record<string, string>, args: readonly string[] = []) => {
    const cwd = await mkdtemp(join(dir, 'cwd-'));
    await writeFile(join(cwd, '.env'), dotEnv);
    const before = sandbox.requests.length;
    const run = await runBinary(['check', '--config=ENV', ...args], { cwd, env });
    return { ...run, requests: sandbox.requests.length - before };
  };

  test('does not send a key from elsewhere to another host', async () => {
    const dotEnv = `TAP_CLOSEIO_BASE_URL=${sandbox.url}`;

    const fromEnvironment = await withDotEnv(dotEnv, { TAP_CLOSEIO_API_KEY: KEY });
    const fromFile = await withDotEnv(dotEnv, {}, ['--config', await put('key.json', { api_key: KEY })]);

    for (const [run, where] of [
      [fromEnvironment, 'environment'],
      [fromFile, join(dir, 'key.json')],
    ] as const) {
      expect(run.stderr).toBe(
        `CRITICAL .env: base_url: is refused, because it would send the api_key from ${where} to another host; remove it, ` +
          'or put both into the same file\n',
      );
      expect([run.code, run.requests]).toEqual([2, 0]);
    }
  });

  test('may set the host for its own key, and other settings', async () => {
    const own = await withDotEnv(`TAP_CLOSEIO_BASE_URL=${sandbox.url}\nTAP_CLOSEIO_API_KEY=${KEY}\n`, {});
    const other = await withDotEnv(`TAP_CLOSEIO_MAX_RETRIES=1\n`, {
      TAP_CLOSEIO_API_KEY: KEY,
      TAP_CLOSEIO_BASE_URL: sandbox.url,
    });

    expect([own.code, other.code]).toEqual([0, 0]);
  });
});
