import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from '../e2e/run-main.ts';
import { attack, startHostile } from './hostile-server.ts';
import { outlast } from './outage.ts';

test('a run continues after an outage that is longer than the retries of a request', async () => {
  await outlast(3_000);
});

test('an outage that is too long ends the run with one message', async () => {
  const server = await startHostile((_, response) => response.writeHead(503).end());

  const { code, stderr } = await attack(server, ['users', 'custom_fields', 'leads'], {
    config: { max_retries: 5, max_retry_seconds: 3 },
  });
  await server.close();

  expect(code).toBe(1);
  expect(stderr.split('\n').filter((line) => line.startsWith('CRITICAL'))).toEqual([
    expect.stringMatching(
      /Close has not answered for \d+ s .*503.*the state is kept, start the tap again later/,
    ),
  ]);
});

test('a check and a discovery do not wait for the end of an outage', async () => {
  const server = await startHostile((_, response) => response.writeHead(503).end());
  const directory = await mkdtemp(join(tmpdir(), 'tap-closeio-outage-'));
  const config = join(directory, 'config.json');
  await writeFile(config, JSON.stringify({ api_key: 'api_key', base_url: server.url }));

  const runs = await Promise.all([
    runMain(['check', '--config', config]),
    runMain(['--config', config, '--discover']),
  ]);
  await server.close();
  await rm(directory, { recursive: true });

  for (const { code, stderr } of runs) {
    expect(code).toBe(1);
    expect(stderr).toMatch(/^CRITICAL GET .*: 503$/m);
  }
});
