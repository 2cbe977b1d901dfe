import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { residentMiB } from '../bench/measured-process.ts';
import { configFor, idsOf, missingFrom } from '../e2e/account.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

const BIN = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));
const LINE_FEED = 10;

let sandbox: Sandbox;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-large-'));
});
afterEach(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

const start = async (): Promise<ChildProcess> => {
  const config = join(dir, 'config.json');
  await writeFile(config, JSON.stringify(configFor(sandbox)));
  return spawn(process.execPath, [BIN, '--config', config], { stdio: ['ignore', 'pipe', 'ignore'] });
};

test('a reader that stops for a minute stops the tap, and gets everything in the end', async () => {
  const organisation = createOrganisation({ objects: 20_000, seed: 12 });
  sandbox = await startSandbox(organisation);
  const child = await start();
  const ended = once(child, 'close');
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));

  await once(child.stdout ?? child, 'data');
  child.stdout?.pause();
  await delay(10_000);
  const requests = sandbox.requests.length;
  await delay(50_000);
  const meanwhile = sandbox.requests.length - requests;
  const resident = await residentMiB(child.pid);
  child.stdout?.resume();
  const [code] = (await ended) as [number];

  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as { stream?: string; record?: { id: string } });
  expect([code, meanwhile]).toEqual([0, 0]);
  expect(resident).toBeLessThan(250);
  for (const table of ['leads', 'activities', 'tasks'] as const) {
    const ids = messages.flatMap(({ stream, record }) => (stream === table && record ? [record.id] : []));
    expect(missingFrom(new Set(ids), idsOf(organisation, table)), table).toEqual([]);
  }
});

test('a run of a million records takes no more memory after the first hundred thousand', async () => {
  sandbox = await startSandbox(
    createOrganisation({
      leads: 50_000,
      activities: 800_000,
      tasks: 150_000,
      events: 30_000,
      contacts: 100,
      opportunities: 100,
      seed: 4,
    }),
  );
  const child = await start();
  const ended = once(child, 'close');
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
  });

  const samples: { lines: number; resident: number }[] = [];
  const timer = setInterval(() => {
    void residentMiB(child.pid).then((resident) => samples.push({ lines, resident }));
  }, 250);
  const [code] = (await ended) as [number];
  clearInterval(timer);

  const most = (from: number, to: number): number =>
    Math.max(...samples.filter((one) => one.lines >= from && one.lines < to).map(({ resident }) => resident));
  const early = most(100_000, 300_000);
  const late = most(700_000, Number.POSITIVE_INFINITY);
  process.stderr.write(`${lines} lines; at most ${early.toFixed()} MiB early, ${late.toFixed()} MiB late\n`);
  expect(code).toBe(0);
  expect(lines).toBeGreaterThan(1_000_000);
  // The benchmark measures how much it is. Here, it must not grow.
  expect(late).toBeLessThan(early * 1.15);
});
