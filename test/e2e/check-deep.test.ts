import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probes } from '../../src/probes/index.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { runMain } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

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
  return runMain(['check', '--config', file, '--deep', ...args]);
};

/** The lines of a probe in the table, joined to one. */
const rowOf = ({ text }: TapRun, probe: string): string =>
  new RegExp(`^${probe} {2,}.*(?:\\n {10,}.*)*`, 'm').exec(text)?.[0].replace(/\s+/g, ' ') ?? '';

test('lists every probe, fits 80 columns, only reads, and ends with 0 if nothing is wrong', async () => {
  const run = await checkDeep({});

  expect(run.code).toBe(0);
  for (const { name } of probes) expect(rowOf(run, name)).not.toBe('');
  expect(Math.max(...run.text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(run.text).toMatch(/^Nothing was found that harms the selected streams\. /m);
  expect(sandbox.requests.length).toBeLessThanOrEqual(100);
  expect(sandbox.requests.filter(({ method, path }) => method !== 'GET' && path !== '/data/search/')).toEqual(
    [],
  );
});

test('says what is wrong, what that means, and which walk handles it', async () => {
  const run = await checkDeep({ filterGrain: 'second', searchRefuses: ['description'] });
  const words = run.text.replace(/\s+/g, ' ');

  expect(run.code).toBe(1);
  expect(rowOf(run, 'microsecond-bounds')).toMatch(/ handled .* handled by date-list\)$/);
  expect(rowOf(run, 'search-fields-taken')).toMatch(/ DOES NOT HOLD .*refused: description\)$/);
  expect(words).toContain('microsecond-bounds: A filter cannot tell two rows of one second apart.');
  expect(words).toContain('The columns of these fields stay empty. It concerns leads.');
  expect(words).toContain('A selected stream depends on something that does not hold. ');
});

test('ends with 0 if what is wrong concerns no selected stream', async () => {
  const run = await checkDeep({ searchRefuses: ['description'] }, '--select', 'tasks,users');

  expect(run.code).toBe(0);
  expect(rowOf(run, 'search-fields-taken')).toContain('DOES NOT HOLD');
  expect(run.text).toContain('No selected stream depends on it.');
});

test('the report for bug reports shows nothing of the account', async () => {
  const run = await checkDeep(
    { searchRefuses: ['description'], unsentFields: ['lead.contacts'], filtersIgnored: ['/lead/ id__in'] },
    '--format',
    'json',
  );

  expect(JSON.parse(run.text)).toMatchObject({
    all_holds: false,
    selected: expect.arrayContaining(['leads']),
    probes: expect.arrayContaining([
      expect.objectContaining({ name: 'columns-sent', verdict: 'does not hold', found: 'leads.contacts' }),
      expect.objectContaining({ name: 'ids-of-leads', verdict: 'handled', handled_by: 'by-ids' }),
    ]),
  });
  expect(run.text).not.toContain('api_sandbox');
  for (const kind of ['lead', 'contact', 'user', 'task', 'activity', 'custom_field', 'lead_status']) {
    for (const { id, name, email, text, label, display_name } of organisation.all(kind)) {
      for (const value of [id, name, email, text, label, display_name]) {
        // A short word of the account may also be a word of the report.
        if (typeof value === 'string' && value.length > 12) expect(run.text).not.toContain(value);
      }
    }
  }
});

test('reports a wrong key as every command does, and refuses --all', async () => {
  const wrong = await checkDeep({ apiKeys: ['another'] });
  const both = await runMain(['check', '--config', join(dir, 'config.json'), '--deep', '--all']);

  expect([wrong.code, wrong.text]).toEqual([1, '']);
  expect(wrong.stderr).toMatch(/the API key or token is not valid/);
  expect(both.code).toBe(2);
});
