import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { runMain, syncHere } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

let sandbox: Sandbox;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
});
afterEach(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

const check = async (more: object = {}, ...args: string[]): Promise<TapRun> => {
  const file = join(dir, 'config.json');
  await writeFile(file, JSON.stringify(configFor(sandbox, more)));
  return runMain(['check', '--config', file, ...args]);
};

const NAMES = streams.map(({ name }) => name);

/** The streams that have a row in the table. */
const namesIn = (run: TapRun): Set<string> =>
  new Set(run.text.split('\n').flatMap((line) => NAMES.find((name) => line.startsWith(`${name} `)) ?? []));

const longestLine = (run: TapRun): number => Math.max(...run.text.split('\n').map(({ length }) => length));

describe('check', () => {
  test('fits 80 columns, lists the selected streams, and asks for little', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 2000, seed: 2 }));

    const run = await check();

    expect(run.code).toBe(0);
    expect(namesIn(run)).toEqual(
      new Set(streams.filter(({ selectedByDefault = true }) => selectedByDefault).map(({ name }) => name)),
    );
    expect(run.text).toMatch(/^\d+ more streams are readable but not selected; --all lists them\.$/m);
    expect(run.text).toMatch(/^A sync would work\.$/m);
    expect(longestLine(run)).toBeLessThanOrEqual(80);
    expect(sandbox.requests.length).toBeLessThan(2 * streams.length);
  });

  test('says what is wrong with an answer of an unexpected shape', async () => {
    const body = { data: [], has_more: true, total_results: 'many' };
    sandbox = await startSandbox(createOrganisation({ objects: 200 }), {
      faults: ({ path }) => (path === '/role/' ? { kind: 'status', status: 200, body } : undefined),
    });

    const run = await check({ max_retries: 0 }, '--all', '--format', 'json');

    const { streams: checked } = JSON.parse(run.text) as { streams: { name: string; problem: string }[] };
    const { problem } = checked.find(({ name }) => name === 'roles') ?? {};
    expect(problem).toBe('GET /role/: the answer has an unexpected shape (total: expected a number)');
  });

  test('lists every stream with --all', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 200 }), { forbidden: ['/role/', '/task/'] });

    const run = await check({}, '--all');

    expect(namesIn(run)).toEqual(new Set(streams.map(({ name }) => name)));
    expect(longestLine(run)).toBeLessThanOrEqual(80);
    expect(run.text).not.toContain('--all');
  });

  test('prints the same as JSON for programs', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 200 }), { forbidden: ['/role/', '/task/'] });

    const run = await check({ select: ['leads', 'tasks'] }, '--format', 'json');
    const report: unknown = JSON.parse(run.text);

    expect(run.code).toBe(1);
    expect(report).toMatchObject({
      would_work: false,
      verdict: 'A sync would not be complete: tasks',
      credentials: 'api_key',
      base_url: sandbox.url,
      user: expect.stringMatching(/\(user_\w+\)$/),
      organizations: [expect.stringMatching(/\(orga_\w+\)$/)],
      streams: expect.arrayContaining([
        { name: 'leads', selected: true, readable: true, problem: null, left_out: false },
        {
          name: 'tasks',
          selected: true,
          readable: false,
          problem: expect.stringMatching(/or deselect/),
          left_out: false,
        },
        {
          name: 'roles',
          selected: false,
          readable: false,
          problem: expect.not.stringMatching(/deselect/),
          left_out: false,
        },
        { name: 'forms', selected: false, readable: true, problem: null, left_out: false },
      ]),
    });
    expect(run.text).not.toContain('api_sandbox');
  });

  test('accepts the files that Meltano names before the command', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const config = join(dir, 'config.json');
    const catalog = join(dir, 'catalog.json');
    await writeFile(config, JSON.stringify(configFor(sandbox)));
    await writeFile(catalog, '{"streams":[{"tap_stream_id":"users","selected":true}]}');

    const run = await runMain(['--config', config, '--catalog', catalog, 'check']);

    expect([run.code, namesIn(run).has('users'), namesIn(run).has('stages')]).toEqual([0, true, false]);
  });

  test('knows the columns that discovery has added to a catalog', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 300, seed: 2 }));
    const config = join(dir, 'config.json');
    const catalog = join(dir, 'catalog.json');
    await writeFile(config, JSON.stringify(configFor(sandbox)));
    const { text } = await runMain(['--config', config, '--discover']);
    const { streams: found } = JSON.parse(text) as {
      streams: { metadata: { metadata: Record<string, unknown> }[] }[];
    };
    // The form in which Meltano writes it.
    for (const { metadata } of found) for (const each of metadata) each.metadata.selected = true;
    await writeFile(catalog, JSON.stringify({ streams: found }));

    const run = await runMain(['check', '--config', config, '--catalog', catalog]);

    expect(text).toContain('custom_cf_');
    expect(text).toContain('num_whatsapp_messages');
    expect(run.code).toBe(0);
    expect(run.stderr).not.toMatch(/^WARNING/m);
  });

  test('ends with 1 and says what to do if a sync would not be complete', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
      forbidden: ['/task/', '/role/'],
      eventAccess: 'none',
    });

    const run = await check({ select: ['leads', 'tasks', 'event_log'] });

    expect(run.code).toBe(1);
    expect(run.text).toMatch(/^tasks +yes +NO +the key's role may not read it; ask an admin/m);
    expect(run.text).toMatch(/^roles +- +NO +the key's role/m);
    expect(namesIn(run).has('forms')).toBe(false);
    expect(run.text).toMatch(/^A sync would not be complete: tasks, event_log$/m);
  });

  test('says, as a sync does, which default streams are left out', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
      forbidden: ['/task/', '/role/'],
      eventAccess: 'none',
    });

    const run = await check();
    const sync = await syncHere({ config: configFor(sandbox) });

    expect([run.code, sync.code]).toEqual([0, 0]);
    expect(run.text).toMatch(/^event_log +yes +NO +the key's role may not read it/m);
    expect(run.text).toMatch(
      /^A sync would work, but leave out what the key may not read: tasks, event_log$/m,
    );
    expect(sync.stderr.match(/^WARNING (tasks|event_log): the key's role may not read it/gm)).toHaveLength(2);
  });

  test('ends with 2 if nothing is selected, and with 1 if late changes could not be found', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const config = join(dir, 'config.json');
    const catalog = join(dir, 'catalog.json');
    await writeFile(config, JSON.stringify(configFor(sandbox, { max_retries: 0 })));
    const checkOf = async (...names: string[]) => {
      const list = names.map((name) => ({ tap_stream_id: name, selected: true }));
      await writeFile(catalog, JSON.stringify({ streams: list }));
      return runMain(['check', '--config', config, '--catalog', catalog]);
    };

    const nothing = await checkOf();
    sandbox.options.faults = ({ path }) => (path === '/event/' ? { kind: 'status', status: 500 } : undefined);
    const [activities, tasks] = [await checkOf('activities'), await checkOf('tasks')];

    expect([nothing.code, activities.code, tasks.code]).toEqual([2, 1, 0]);
    expect(nothing.stderr).toMatch(/^CRITICAL .*catalog\.json: selects no stream/m);
    expect(activities.text).toMatch(/^A sync would not be complete: activities$/m);
  });

  test('says in one line that a key is not valid', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const run = await check({ api_key: 'api_wrong' });

    expect([run.code, run.text]).toEqual([1, '']);
    expect(run.stderr.match(/^CRITICAL .*not valid.*$/gm)).toHaveLength(1);
  });
});

describe('discovery', () => {
  const discover = () => syncHere({ config: configFor(sandbox, { max_retries: 1 }), args: ['--discover'] });

  test('warns of streams that the key may not read, but offers them', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), { forbidden: ['/role/', '/form/'] });

    const run = await discover();

    expect(run.code).toBe(0);
    expect(run.stderr.match(/^WARNING \w+: .*may not read/gm)?.sort()).toEqual([
      expect.stringContaining('WARNING forms:'),
      expect.stringContaining('WARNING roles:'),
    ]);
    expect((JSON.parse(run.text) as { streams: object[] }).streams).toHaveLength(streams.length);
  });

  test.each([400, 402, 403, 404, 405])(
    'continues without the columns that Close refuses with %i',
    async (status) => {
      sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
        faults: ({ path }) =>
          path === '/custom_field/custom_object_type/' ? { kind: 'status', status } : undefined,
      });

      const run = await discover();

      expect(run.code).toBe(0);
      expect(run.stderr).toMatch(
        new RegExp(`^WARNING custom_objects: custom fields have no columns.*${status}`, 'm'),
      );
      expect(run.text).toContain('custom_cf_');
    },
  );

  test('offers a field of an unknown type as text, with a warning', async () => {
    const organisation = createOrganisation({ objects: 100 });
    organisation.create('custom_field', { type: 'hologram' });
    sandbox = await startSandbox(organisation);

    const run = await discover();

    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^WARNING \w+: the custom field cf_\w+ has an unknown type, hologram/m);
  });

  test('ends with one line if the key is wrong', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), { latencyMs: 20 });

    const run = await syncHere({
      config: configFor(sandbox, { api_key: 'api_wrong' }),
      args: ['--discover'],
    });

    expect([run.code, run.text]).toEqual([1, '']);
    expect(run.stderr.split('\n').filter((line) => line !== '' && !line.includes('METRIC'))).toEqual([
      expect.stringMatching(/^CRITICAL .*not valid/),
    ]);
  });

  test('does not wait for an endpoint that does not answer', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
      faults: ({ path }) => (path === '/event/' ? { kind: 'hang' } : undefined),
    });

    const run = await discover();

    expect([run.code, run.stderr.includes('WARNING')]).toEqual([0, false]);
  });

  test('fails at a temporary fault, so that no columns are lost', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
      faults: ({ path }) => (path === '/custom_field/lead/' ? { kind: 'status', status: 503 } : undefined),
    });

    const run = await discover();

    expect([run.code, run.text]).toEqual([1, '']);
  });
});
