import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const load = createRequire(import.meta.url);
const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));

const LOADED = `
  const load = require('node:module').createRequire(${JSON.stringify(PACKAGE)});
  load('undici/lib/dispatcher/agent.js');
  load('undici/lib/api/api-request.js');
  console.log(JSON.stringify(Object.keys(load.cache).map((file) => file.replaceAll('\\\\', '/'))));
`;

test('the used parts of undici do not load the rest of it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', LOADED]);

  const files: readonly string[] = JSON.parse(stdout);
  expect(files.some((file) => file.endsWith('/undici/lib/dispatcher/agent.js'))).toBe(true);
  expect(
    files.filter((file) => /undici\/(index\.js|lib\/(web|mock|cache|interceptor)\/)/.test(file)),
  ).toEqual([]);
});

test('package.json names exactly the version with these parts', () => {
  const { dependencies } = load(PACKAGE);

  expect(dependencies.undici).toBe(load('undici/package.json').version);
});
