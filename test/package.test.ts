import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganisation } from './sandbox/organisation.ts';
import { startSandbox } from './sandbox/server.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
let elsewhere: string;
let installed: string;
let warnings: string;

beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'tap-closeio-package-'));
  // The tests run on a fresh build; building once more would pull it from under them.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', elsewhere], { cwd: ROOT });
  const [tarball = ''] = (await readdir(elsewhere)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(elsewhere, 'package.json'), '{"private": true}');
  const install = ['install', '--no-audit', '--no-fund', join(elsewhere, tarball)];
  warnings = (await run('npm', install, { cwd: elsewhere })).stderr;
  installed = join(elsewhere, 'node_modules', '.bin', 'tap-closeio');
}, 180_000);
afterAll(() => rm(elsewhere, { recursive: true, force: true }));

describe('the packed tarball, installed elsewhere', () => {
  test('has a command that knows its version', async () => {
    const { stdout } = await run(installed, ['--version'], { cwd: elsewhere });

    expect(stdout).toMatch(/^tap-closeio \d+\.\d+\.\d+\n$/);
  });

  test('syncs', async () => {
    const sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const config = join(elsewhere, 'config.json');
    await writeFile(config, JSON.stringify({ api_key: 'api_sandbox', base_url: sandbox.url }));

    const { stdout } = await run(installed, ['--config', config], { cwd: elsewhere, maxBuffer: 1 << 28 });

    expect(stdout.trimEnd().split('\n').at(-1)).toContain('"type":"STATE"');
    await sandbox.close();
  });

  test('installs without a warning', () => {
    expect(warnings).toBe('');
  });

  test('has no tests, sources or other files for developers', async () => {
    const root = join(elsewhere, 'node_modules', 'tap-closeio');
    const inside = await readdir(root);
    const below = (await readdir(root, { recursive: true })).filter((path) => path.startsWith('src/'));
    const built = await readdir(join(root, 'dist'), { recursive: true });

    expect(inside.sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin',
      'dist',
      'package.json',
      'sample-config.json',
      'sample-state.json',
      'schemas',
      'src',
    ]);
    expect(below.filter((path) => path.includes('.') && !path.endsWith('/README.md'))).toEqual([]);
    expect(built.filter((path) => path.includes('.') && !/^[^.]+\.js$/.test(path))).toEqual([]);
  });

  test('has the documents that its README links to', async () => {
    const root = join(elsewhere, 'node_modules', 'tap-closeio');
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const linked = [...readme.matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g)].map(([, path = '']) => path);

    for (const path of linked) await expect(access(join(root, path)), path).resolves.toBeUndefined();
  });
});
