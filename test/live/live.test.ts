import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runHere } from '../e2e/run-main.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { live } from './live.ts';
import { runLive } from './live-run.ts';
import { createSink } from './sink.ts';
import type { TapCall } from './tap.ts';

const root = process.cwd();
let sandbox: Sandbox | undefined;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tap-closeio-'));
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const KEY = 'api_sandbox';
const envFor = ({ url }: Sandbox): NodeJS.ProcessEnv => ({
  ...process.env,
  TAP_CLOSEIO_API_KEY: KEY,
  TAP_CLOSEIO_BASE_URL: url,
});

/** Runs the program in this process, for tests of what is done with its output. */
const runHereAs = async ({ args, env, onLine }: TapCall): Promise<number> => {
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { code, stdout } = await runHere(args, { env: Object.fromEntries(given) });
  for (const line of stdout.split('\n').slice(0, -1)) onLine(line);
  return code;
};

/** Texts of the account: names, addresses, notes, ids. */
const contentOf = (organisation: Organisation): string[] => {
  const rows = ['lead', 'contact', 'user', 'activity'].flatMap((kind) =>
    [...organisation.all(kind)].slice(0, 40),
  );
  return [
    ...new Set(
      rows.flatMap(({ id, name, email, first_name, note, subject }) => [
        id,
        name,
        email,
        first_name,
        note,
        subject,
      ]),
    ),
  ].filter((value): value is string => typeof value === 'string' && value.length > 5);
};

describe('the live test', () => {
  test('passes on the sandbox, and shows nothing of the account', async () => {
    const organisation = createOrganisation({ objects: 1000, days: 30, seed: 12 });
    sandbox = await startSandbox(organisation);
    const told: string[] = [];

    const summary = await runLive({
      root,
      dir,
      env: envFor(sandbox),
      days: 10,
      tell: (line) => told.push(line),
    });

    expect(summary.steps.map(({ name, ok, exit }) => [name, ok, exit])).toEqual([
      ['check --deep', true, 0],
      ['first sync', true, 0],
      ['second sync', true, 0],
      ['verify', true, 0],
    ]);
    expect(summary).toMatchObject({ ok: true, version: expect.stringMatching(/^tap-closeio \d/), days: 10 });
    expect(summary.steps[0]).toMatchObject({ report: { all_holds: true, requests: expect.any(Number) } });
    expect(summary.steps[1]).toMatchObject({
      invalid: 0,
      strange_lines: 0,
      written: { leads: { invalid: 0, problem: null } },
      run: { streams: { leads: { completeness: { counted: expect.any(Number) } } } },
    });
    expect(summary.steps[3]).toMatchObject({
      report: {
        complete: true,
        streams: expect.arrayContaining([expect.objectContaining({ name: 'activities', missing: 0 })]),
      },
    });
    const text = JSON.stringify(summary) + told.join('\n');
    const content = contentOf(organisation);
    expect(content.length).toBeGreaterThan(100);
    expect([KEY, ...content].filter((one) => text.includes(one))).toEqual([]);
  });

  test('shows that a sync has lost a row', async () => {
    const organisation = createOrganisation({ objects: 400, days: 30, seed: 13 });
    const old = new Date(organisation.clock() - 5 * 86_400_000).toISOString();
    const lost = [...organisation.all('lead')].find(({ date_updated }) => String(date_updated) > old)?.id;
    sandbox = await startSandbox(organisation, {
      // `verify` asks for three fields only, and a sync for many.
      onAnswer: (text, { path, body }) => {
        if (path !== '/data/search/' || JSON.stringify(body).includes('"date_created","date_updated"]'))
          return text;
        const answer = JSON.parse(text) as { data: { id: unknown }[] };
        return JSON.stringify({ ...answer, data: answer.data.filter(({ id }) => id !== lost) });
      },
    });

    const summary = await runLive({
      root,
      dir,
      env: {
        ...envFor(sandbox),
        TAP_CLOSEIO_SELECT: 'leads',
        TAP_CLOSEIO_LATE_ACTIVITY_CHANGES: 'false',
      },
      days: 10,
      tell: () => {},
      runTap: runHereAs,
    });

    expect(summary.ok).toBe(false);
    expect(summary.steps.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    expect(summary.steps[3]).toMatchObject({ exit: 1, report: { streams: [{ name: 'leads', missing: 1 }] } });
  });

  test('fails if a sync fails', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), { forbidden: ['/task/'] });

    const summary = await runLive({
      root,
      dir,
      env: { ...envFor(sandbox), TAP_CLOSEIO_SELECT: 'tasks' },
      days: 10,
      tell: () => {},
      runTap: runHereAs,
    });

    expect([summary.ok, summary.steps[1]?.ok, summary.steps[1]?.exit]).toEqual([false, false, 1]);
  });

  test('refuses to run without a key, and sends no request', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const told: string[] = [];
    const env = { TAP_CLOSEIO_BASE_URL: sandbox.url, TAP_CLOSEIO_API_KEY: '' };

    expect(await live(env, dir, (line) => told.push(line))).toBe(2);
    expect(told).toEqual([
      'test:live reads a real account: set TAP_CLOSEIO_API_KEY or TAP_CLOSEIO_ACCESS_TOKEN in the environment',
    ]);
    expect(sandbox.requests).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('is not in CI', () => {
    const files = ['.ci/run', ...readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`)];

    expect(files.filter((file) => readFileSync(file, 'utf8').includes('test:live'))).toEqual([]);
    expect(readFileSync('package.json', 'utf8')).toContain('"test:live"');
  });
});

describe('what a sync writes', () => {
  const schema = {
    type: 'object',
    properties: { id: { type: ['string'] }, age: { type: ['integer', 'null'] } },
  };
  const written = (...messages: readonly unknown[]) => {
    const held: string[] = [];
    const sink = createSink((line) => held.push(line));
    for (const message of messages)
      sink.line(typeof message === 'string' ? message : JSON.stringify(message));
    return { sink, held };
  };

  test('is counted and validated, and only ids and dates of it are kept', () => {
    const { sink, held } = written(
      { type: 'SCHEMA', stream: 'leads', schema },
      { type: 'RECORD', stream: 'leads', record: { id: 'a', age: 1, date_updated: '2026-01-01T00:00:00Z' } },
      { type: 'RECORD', stream: 'leads', record: { id: 'b', age: 'secret age' } },
      {
        type: 'RECORD',
        stream: 'leads',
        record: { id: 'c', age: null, _sdc_deleted_at: '2026-01-01T00:00:00Z' },
      },
      { type: 'STATE', value: { bookmarks: {} } },
    );

    expect(sink.streams.get('leads')).toEqual({
      records: 3,
      invalid: 1,
      problem: 'age must be integer,null',
    });
    expect(held.map((line) => JSON.parse(line) as unknown)).toEqual([
      { stream: 'leads', id: 'a', date_updated: '2026-01-01T00:00:00Z' },
      { stream: 'leads', id: 'b' },
    ]);
    expect([sink.strange(), sink.lastState()]).toEqual([0, { bookmarks: {} }]);
  });

  test('counts as strange if it is not a message, or comes before its schema', () => {
    const { sink } = written('no JSON', { type: 'RECORD', stream: 'leads', record: { id: 'a' } }, '{}');

    expect(sink.strange()).toBe(3);
  });
});
