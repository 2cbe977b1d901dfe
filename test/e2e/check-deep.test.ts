import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probes } from '../../src/probes/index.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { runBinary, type TapRun } from './run-tap.ts';

let organisation: Organisation;
let sandbox: Sandbox;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
  organisation = createOrganisation({ objects: 1500, users: 12, seed: 2 });
});
afterEach(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

const checkDeep = async (traits: Partial<SandboxOptions>, ...args: string[]): Promise<TapRun> => {
  sandbox = await startSandbox(organisation, { rateLimit: { limit: 100, windowSeconds: 1 }, ...traits });
  const file = join(dir, 'config.json');
  await writeFile(file, JSON.stringify(configFor(sandbox)));
  return runBinary(['check', '--config', file, '--deep', ...args]);
};

/** The lines of a probe in the table, as one. */
const rowOf = ({ text }: TapRun, probe: string): string =>
  new RegExp(`^${probe} {2,}.*(?:\\n {10,}.*)*`, 'm').exec(text)?.[0].replace(/\s+/g, ' ') ?? '';

test('lists every probe, fits 80 columns, only reads, and ends with 0 where nothing is wrong', async () => {
  const run = await checkDeep({});

  expect(run.code).toBe(0);
  for (const { name } of probes) expect(rowOf(run, name)).not.toBe('');
  expect(Math.max(...run.text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(run.text).toMatch(/^What the selected streams rest on holds, as far as can be told: /m);
  expect(sandbox.requests.length).toBeLessThanOrEqual(100);
  expect(sandbox.requests.filter(({ method, path }) => method !== 'GET' && path !== '/data/search/')).toEqual(
    [],
  );
});

test('names what is wrong, what that means, and the walk that survives it', async () => {
  const run = await checkDeep({ filterGrain: 'second', searchRefuses: ['description'] });
  const words = run.text.replace(/\s+/g, ' ');

  expect(run.code).toBe(1);
  expect(rowOf(run, 'microsecond-bounds')).toMatch(/ handled .* handled by date-list\)$/);
  expect(rowOf(run, 'search-fields-taken')).toMatch(/ DOES NOT .*refused: description\)$/);
  expect(words).toContain('microsecond-bounds: Two rows of one second cannot be told apart by a filter.');
  expect(words).toContain('The columns of these fields stay empty. It concerns leads.');
  expect(words).toContain('Not all that the selected streams rest on holds: ');
});

test('ends with 0 where what is wrong concerns no selected stream', async () => {
  const run = await checkDeep({ searchRefuses: ['description'] }, '--select', 'tasks,users');

  expect(run.code).toBe(0);
  expect(rowOf(run, 'search-fields-taken')).toContain('DOES NOT');
  expect(run.text).toContain('It concerns no selected stream.');
});

test('its report for bug reports has nothing of the account in it', async () => {
  const run = await checkDeep(
    { searchRefuses: ['description'], unsentFields: ['lead.contacts'], filtersIgnored: ['/lead/ id__in'] },
    '--format',
    'json',
  );

  expect(JSON.parse(run.text)).toMatchObject({
    all_holds: false,
    selected: expect.arrayContaining(['leads']),
    probes: expect.arrayContaining([
      expect.objectContaining({ name: 'columns-sent', verdict: 'does not', found: 'leads.contacts' }),
      expect.objectContaining({ name: 'ids-of-leads', verdict: 'handled', handled_by: 'by-ids' }),
    ]),
  });
  expect(run.text).not.toContain('api_sandbox');
  for (const kind of ['lead', 'contact', 'user', 'task', 'activity', 'custom_field', 'lead_status']) {
    for (const { id, name, email, text, label, display_name } of organisation.all(kind)) {
      for (const told of [id, name, email, text, label, display_name]) {
        // A short word of an account may be one of ours as well.
        if (typeof told === 'string' && told.length > 12) expect(run.text).not.toContain(told);
      }
    }
  }
});

test('a wrong key is told as everywhere, and --all has no part in it', async () => {
  const wrong = await checkDeep({ apiKeys: ['another'] });
  const both = await runBinary(['check', '--config', join(dir, 'config.json'), '--deep', '--all']);

  expect([wrong.code, wrong.text]).toEqual([1, '']);
  expect(wrong.stderr).toMatch(/the API key or token is not valid/);
  expect(both.code).toBe(2);
});
