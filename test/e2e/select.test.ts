import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { streams } from '../../src/streams/index.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { runMain, syncHere } from './run-main.ts';
import type { Message, TapRun } from './run-tap.ts';

let sandbox: Sandbox;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
  sandbox = await startSandbox(createOrganisation({ objects: 300, seed: 5 }));
});
afterEach(async () => {
  await sandbox.close();
  await rm(dir, { recursive: true, force: true });
});

/** The columns of each stream in the SCHEMA messages of a run. */
const columnsOf = ({ messages }: Pick<TapRun, 'messages'>): Record<string, string[]> =>
  Object.fromEntries(
    messages.flatMap(({ type, stream = '', schema }) =>
      type === 'SCHEMA' ? [[stream, Object.keys(schema?.properties ?? {})]] : [],
    ),
  );

/** Removes the dates, which lines of `run` have. */
const undated = (stderr: string): string => stderr.replace(/^\d{4}-\S+Z /gm, '');
const criticals = ({ stderr }: TapRun): string[] => undated(stderr).match(/^CRITICAL .*$/gm) ?? [];
const warnings = ({ stderr }: TapRun): string[] => stderr.match(/^WARNING .*$/gm) ?? [];
const askedFor = (path: string): number => sandbox.requests.filter((request) => request.path === path).length;

/** The files of a user. */
const write = async (name: string, content: object): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, JSON.stringify(content));
  return path;
};

describe('patterns choose', () => {
  test('streams and fields on the command line, several at once or one by one', async () => {
    const args = ['--select', 'contacts.name,users.email', '--select', 'roles', '--select', '!roles.name'];

    const run = await syncHere({ config: configFor(sandbox), args });

    expect(run.code).toBe(0);
    expect(warnings(run)).toEqual([]);
    expect(columnsOf(run)).toEqual({
      contacts: ['id', 'date_updated', 'name'],
      users: ['id', 'date_updated', 'email'],
      roles: Object.keys(loadSchema('roles').properties).filter((name) => name !== 'name'),
    });
    expect(run.ids('contacts')).toEqual(new Set(sandbox.organisation.ids('contact')));
    expect(askedFor('/custom_field/contact/')).toBeLessThanOrEqual(1);
  });

  test.each<[string, object, Record<string, string>, readonly string[]]>([
    ['a list in the config', { select: ['users.email', 'roles.name'] }, {}, []],
    ['a text in the config', { select: 'users.email, roles.name' }, {}, []],
    [
      'the environment',
      { select: 'leads' },
      { TAP_CLOSEIO_SELECT: 'users.email,roles.name' },
      ['--config=ENV'],
    ],
    [
      'the command line over both',
      { select: 'leads' },
      { TAP_CLOSEIO_SELECT: 'tasks' },
      ['--config=ENV', '--select=users.email,roles.name'],
    ],
  ])('from %s', async (_from, more, env, args) => {
    const run = await syncHere({ config: configFor(sandbox, more), env, args });

    expect(run.code).toBe(0);
    expect(columnsOf(run)).toEqual({ users: ['id', 'date_updated', 'email'], roles: ['id', 'name'] });
  });

  test('what to leave out from the default streams', async () => {
    const [all, less] = [
      await syncHere({ config: configFor(sandbox) }),
      await syncHere({
        config: configFor(sandbox),
        args: ['--select', '!event_log', '--select=!*.body_html'],
      }),
    ];

    expect([all.code, less.code]).toEqual([0, 0]);
    const { event_log: _, ...others } = columnsOf(all);
    const { activities = [], ...rest } = others;
    expect(activities).toContain('body_html');
    expect(columnsOf(less)).toEqual({
      ...rest,
      activities: activities.filter((name) => name !== 'body_html'),
    });
  });

  test('custom columns, and their definitions are read once only', async () => {
    const run = await syncHere({
      config: configFor(sandbox),
      args: ['--select', 'leads.name,*.custom_cf_*'],
    });

    expect(run.code).toBe(0);
    const { leads = [], ...others } = columnsOf(run);
    expect(leads.slice(0, 3)).toEqual(['id', 'date_updated', 'name']);
    expect(leads.slice(3).length).toBeGreaterThan(0);
    expect(leads.slice(3).every((column) => column.startsWith('custom_cf_'))).toBe(true);
    expect(Object.keys(others)).toContain('contacts');
    const filled = [...run.latest('leads').values()].filter((lead) =>
      leads.slice(3).some((column) => lead[column] !== null),
    );
    expect(filled.length).toBeGreaterThan(0);
    for (const kind of ['lead', 'contact', 'shared']) expect(askedFor(`/custom_field/${kind}/`)).toBe(1);
  });

  test('the fields that Close computes', async () => {
    const run = await syncHere({
      config: configFor(sandbox),
      args: ['--select', 'lead_smart_fields.num_whatsapp_messages'],
    });

    expect(run.code).toBe(0);
    expect(columnsOf(run)).toEqual({ lead_smart_fields: ['id', 'num_whatsapp_messages'] });
  });

  test('no custom columns if these are turned off', async () => {
    const config = configFor(sandbox, { custom_field_columns: false });

    const run = await syncHere({ config, args: ['--select', 'leads', '--test=schema'] });

    expect(columnsOf(run)).toEqual({ leads: Object.keys(loadSchema('leads').properties) });
    expect(sandbox.requests).toEqual([]);
  });

  test('the streams of --test and check', async () => {
    const config = await write('config.json', configFor(sandbox));
    const args = ['--config', config, '--select', 'users'];

    const [trial, schemas, check] = [
      await runMain([...args, '--test']),
      await runMain([...args, '--test=schema']),
      await runMain(['check', ...args]),
    ];

    expect([trial.code, schemas.code, check.code]).toEqual([0, 0, 0]);
    expect(Object.keys(columnsOf(trial))).toEqual(['users']);
    expect(columnsOf(schemas)).toEqual(columnsOf(trial));
    expect(trial.ids('users').size).toBe(1);
    expect(check.text).toMatch(/^ *users +yes/m);
    // A stream that is not selected and can be read is not listed.
    expect(check.text).not.toMatch(/^ *leads /m);
  });

  test('the streams of a tap under run, which reads definitions once too', async () => {
    const config = await write('config.json', configFor(sandbox));
    const loaded = join(dir, 'loaded.jsonl');
    const load = `
      const text = require('node:fs').readFileSync(0, 'utf8');
      require('node:fs').writeFileSync(${JSON.stringify(loaded)}, text);
      const states = text.split('\\n').filter((line) => line.includes('"STATE"'));
      console.log(JSON.stringify(JSON.parse(states.at(-1)).value));`;
    const select = [
      '--select',
      'users.email',
      '--select=leads.custom_cf_*',
      '--select',
      '!users.date_created',
    ];

    const run = await runMain([
      ...['run', '--config', config, '--state', join(dir, 'state.json'), ...select],
      ...['--', process.execPath, '-e', load],
    ]);

    expect(run.code).toBe(0);
    const lines = (await readFile(loaded, 'utf8')).trim().split('\n');
    const columns = columnsOf({ messages: lines.map((line) => JSON.parse(line) as Message) });
    expect(Object.keys(columns).sort()).toEqual(['leads', 'users']);
    expect(columns.users).toEqual(['id', 'date_updated', 'email']);
    expect(columns.leads?.some((column) => column.startsWith('custom_cf_'))).toBe(true);
    expect(askedFor('/custom_field/lead/')).toBe(1);
  });
});

describe('a mistake in patterns', () => {
  test('ends a sync before any request, and suggests the right name', async () => {
    const args = ['--select', 'laeds,users.emial', '--select', '!contcats.name'];

    const run = await syncHere({ config: configFor(sandbox), args });

    expect([run.code, run.text]).toEqual([2, '']);
    expect(criticals(run)).toEqual([
      'CRITICAL select: laeds: no such stream; did you mean leads?',
      'CRITICAL select: users.emial: no such field; did you mean users.email?',
      'CRITICAL select: !contcats.name: no such stream; did you mean !contacts.name?',
    ]);
    expect(sandbox.requests).toEqual([]);
  });

  test('ends a run before its target is started', async () => {
    const config = await write('config.json', configFor(sandbox, { select: 'laeds' }));
    const target = join(dir, 'started');
    const start = `require('node:fs').writeFileSync(${JSON.stringify(target)}, '')`;

    const run = await runMain([
      'run',
      '-c',
      config,
      '-s',
      join(dir, 'state.json'),
      '--',
      process.execPath,
      '-e',
      start,
    ]);

    expect(run.code).toBe(2);
    expect(criticals(run)).toEqual(['CRITICAL select: laeds: no such stream; did you mean leads?']);
    await expect(rm(target)).rejects.toThrow();
  });

  test('in a custom column is found after the account was asked', async () => {
    const run = await syncHere({
      config: configFor(sandbox),
      args: ['--select', 'users,leads.custom_cf_nosuch'],
    });

    expect([run.code, run.text]).toEqual([2, '']);
    expect(criticals(run)).toEqual([
      expect.stringMatching(/^CRITICAL select: leads\.custom_cf_nosuch: no such field/),
    ]);
  });

  test('is also to leave out everything', async () => {
    const run = await syncHere({ config: configFor(sandbox), args: ['--select', '!*'] });

    expect([run.code, run.text]).toEqual([2, '']);
    expect(criticals(run)).toEqual([expect.stringMatching(/leave no stream to read/)]);
  });

  test('a catalog on the command line counts more than the setting, with one warning', async () => {
    const catalog = { streams: [{ tap_stream_id: 'users', selected: true }] };

    const run = await syncHere({ config: configFor(sandbox, { select: 'laeds' }), catalog });

    expect(run.code).toBe(0);
    expect(Object.keys(columnsOf(run))).toEqual(['users']);
    expect(warnings(run)).toEqual([
      'WARNING the setting select is not used, because --catalog says what to read',
    ]);
  });

  test('a catalog together with --select gives exit code 2', async () => {
    const catalog = { streams: [{ tap_stream_id: 'users', selected: true }] };

    const run = await syncHere({ config: configFor(sandbox), catalog, args: ['--select', 'users'] });

    expect([run.code, run.text]).toEqual([2, '']);
    expect(criticals(run)).toEqual([expect.stringMatching(/give either --select or --catalog/)]);
  });

  test('a fault in reading definitions ends the run, so no column is lost', async () => {
    sandbox.options.faults = ({ path }) =>
      path === '/custom_field/lead/' ? { kind: 'status', status: 503 } : undefined;

    const run = await syncHere({
      config: configFor(sandbox, { max_retries: 0 }),
      args: ['--select', 'leads'],
    });

    expect([run.code, run.text]).toEqual([1, '']);
    expect(criticals(run)).toEqual([expect.stringMatching(/custom_field\/lead.*503/)]);
  });
});

describe('a catalog', () => {
  const entry = (name: string, more: object) => ({ tap_stream_id: name, ...more });

  test('that only deselects a stream reads the other five', async () => {
    const catalog = { streams: [entry('event_log', { selected: false })] };

    const run = await syncHere({ config: configFor(sandbox), catalog });

    expect(run.code).toBe(0);
    expect(Object.keys(columnsOf(run)).sort()).toEqual([
      'activities',
      'custom_fields',
      'leads',
      'tasks',
      'users',
    ]);
  });

  test('that deselects everything ends with 0, and says so', async () => {
    const word = { metadata: [{ breadcrumb: [], metadata: { selected: false } }] };
    const catalog = { streams: streams.map(({ name }) => entry(name, word)) };

    const run = await syncHere({ config: configFor(sandbox), catalog });

    expect([run.code, columnsOf(run)]).toEqual([0, {}]);
    expect(warnings(run)).toEqual(['WARNING the catalog deselects every stream, so nothing is read']);
    expect(sandbox.requests).toEqual([]);
  });

  test.each([
    ['no stream', { streams: [] }, /catalog\.json: selects no stream/],
    [
      'one that does not exist',
      { streams: [entry('laeds', { selected: true })] },
      /catalog\.json: stream laeds: .*did you mean leads\?/,
    ],
  ])('that selects %s ends a sync and a run before anything is started', async (_what, content, problem) => {
    const config = await write('config.json', configFor(sandbox));
    const catalog = await write('catalog.json', content);
    const files = ['--config', config, '--catalog', catalog];

    const [sync, run] = [
      await runMain(files),
      await runMain(['run', ...files, '--state', join(dir, 'state.json'), '--', process.execPath, '-e', '']),
    ];

    for (const { code, text, stderr } of [sync, run]) {
      expect([code, text]).toEqual([2, '']);
      expect(undated(stderr).match(/^CRITICAL .*/gm)).toEqual([expect.stringMatching(problem)]);
    }
    expect(sandbox.requests).toEqual([]);
  });
});

describe('a stream that the key may not read', () => {
  const events = 'event_log';
  const entry = (name: string, selected = true) => ({
    tap_stream_id: name,
    metadata: [{ breadcrumb: [], metadata: { selected } }],
  });

  /** Two runs. In the second one, the key may not read the event log. */
  const twoRuns = async (more: { catalog?: object; args?: readonly string[] } = {}) => {
    const config = configFor(sandbox);
    const { lastState } = await syncHere({ config, ...more });
    sandbox.options.eventAccess = 'none';
    const run = await syncHere({ config, state: lastState, ...more });
    return { before: lastState?.bookmarks[events], run };
  };
  const closed = /^WARNING event_log: the key's role may not read it; ask an admin .*GET \/event\//gm;

  test.each<[string, object]>([
    ['by default', {}],
    [
      'because a pattern with * matches it',
      { args: ['--select', '*.date_updated,users', '--select=!*_ids'] },
    ],
    ['because a catalog deselects another one', { catalog: { streams: [entry('tasks', false)] } }],
  ])('is left out with one warning if it is read %s, and keeps its bookmark', async (_how, more) => {
    const { before, run } = await twoRuns(more);

    expect(run.code).toBe(0);
    expect(run.stderr.match(closed)).toHaveLength(1);
    expect(run.stderr).not.toMatch(/^(ERROR|CRITICAL)/m);
    expect(before).toHaveProperty('date_updated');
    expect(run.lastState?.bookmarks[events]).toEqual(before);
    expect(run.lastState).not.toHaveProperty('currently_syncing');
  });

  test.each<[string, object]>([
    ['a pattern', { args: ['--select', 'users,event_log.id'] }],
    [
      'a catalog of Meltano',
      {
        catalog: {
          streams: streams.map(({ name, selectedByDefault = true }) => entry(name, selectedByDefault)),
        },
      },
    ],
  ])('fails the run if %s names it', async (_how, more) => {
    const { before, run } = await twoRuns(more);

    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^CRITICAL event_log is not complete: .*GET \/event\//m);
    expect(run.lastState?.bookmarks[events]).toEqual(before);
  });
});

interface Printed {
  readonly streams: readonly {
    readonly tap_stream_id: string;
    readonly schema: { readonly properties: Readonly<Record<string, unknown>> };
    readonly metadata: readonly { readonly metadata: Readonly<Record<string, unknown>> }[];
  }[];
}

describe('discovery prints', () => {
  const patterns = [
    '--select',
    'leads.name,leads.contacts.emails.email,leads.custom_cf_*',
    '--select',
    'roles',
  ];

  test('a catalog of what patterns choose, which selects the same', async () => {
    const config = configFor(sandbox);
    const [printed, chosen] = [
      await syncHere({ config, args: ['--discover', ...patterns] }),
      await syncHere({ config, args: ['--test=schema', ...patterns] }),
    ];
    const catalog = JSON.parse(printed.text) as Printed;

    const run = await syncHere({ config, catalog, args: ['--test=schema'] });

    expect([printed.code, chosen.code, run.code]).toEqual([0, 0, 0]);
    expect(catalog.streams.map(({ tap_stream_id }) => tap_stream_id)).toEqual(['leads', 'roles']);
    for (const { metadata } of catalog.streams)
      for (const item of metadata) expect(item.metadata.selected).toBe(true);
    expect(columnsOf(chosen).leads?.slice(0, 4)).toEqual(['id', 'date_updated', 'contacts', 'name']);
    expect(run.messages).toEqual(chosen.messages);
    expect(warnings(run)).toEqual([]);
  });

  test('the same without a config, as far as possible', async () => {
    const run = await runMain(['--discover', '--select', 'contacts.name']);

    const { streams: found } = JSON.parse(run.text) as Printed;
    expect(run.code).toBe(0);
    expect(found.map(({ schema }) => Object.keys(schema.properties))).toEqual([
      ['id', 'date_updated', 'name'],
    ]);
  });

  test('nothing if a pattern is wrong', async () => {
    const run = await runMain(['--discover', '--select', 'contact']);

    expect([run.code, run.text]).toEqual([2, '']);
    expect(criticals(run)).toEqual([expect.stringMatching(/did you mean contacts\?/)]);
  });
});

describe('the list of streams and fields', () => {
  const longest = ({ text }: TapRun): number => Math.max(...text.split('\n').map(({ length }) => length));

  test('has a line for each stream', async () => {
    const [table, json] = [await runMain(['streams']), await runMain(['streams', '--format', 'json'])];

    expect([table.code, json.code, table.stderr, json.stderr]).toEqual([0, 0, '', '']);
    expect(longest(table)).toBeLessThanOrEqual(80);
    for (const { name, selectedByDefault = true } of streams)
      expect(table.text).toMatch(
        new RegExp(`^${name} +${selectedByDefault ? 'yes' : '-'} +(changes|all rows) +[A-Z]`, 'm'),
      );
    const listed = JSON.parse(json.text) as { name: string; description: string }[];
    expect(listed.map(({ name }) => name)).toEqual(streams.map(({ name }) => name));
    expect(listed.every(({ description }) => description !== '')).toBe(true);
  });

  test('has a line for each field, with the name that patterns use', async () => {
    const [table, json] = [
      await runMain(['fields', 'leads']),
      await runMain(['fields', 'leads', '--format', 'json']),
    ];

    expect([table.code, json.code, table.stderr, json.stderr]).toEqual([0, 0, '', '']);
    expect(longest(table)).toBeLessThanOrEqual(80);
    const listed = JSON.parse(json.text) as { name: string; type: string }[];
    expect(listed).toContainEqual(expect.objectContaining({ name: 'contacts.emails.email', type: 'string' }));
    for (const { name } of listed) expect(table.text).toMatch(new RegExp(`^${name}( |$)`, 'm'));
    const patterns = listed.map(({ name }) => `leads.${name}`);
    const chosen = await runMain(['--discover', '--select', patterns.join()]);
    expect(chosen.stderr).toBe('');
  });

  test('has the columns of the account if a config is given', async () => {
    const config = await write('config.json', configFor(sandbox));

    const [without, leads, smart] = [
      await runMain(['fields', 'leads']),
      await runMain(['fields', 'leads', '--config', config]),
      await runMain(['fields', 'lead_smart_fields', '--config', config]),
    ];

    expect(without.text).not.toContain('custom_cf_');
    expect(leads.code).toBe(0);
    expect(leads.text).toMatch(/^custom_cf_\w+$/m);
    expect(leads.text).toMatch(/^ +\S+ +Custom field “.+/m);
    expect(longest(leads)).toBeLessThanOrEqual(80);
    expect(smart.text).toMatch(/^num_whatsapp_messages +integer/m);
  });

  test('does not have a stream that does not exist', async () => {
    const run = await runMain(['fields', 'laeds']);

    expect([run.code, run.text]).toEqual([2, '']);
    expect(criticals(run)).toEqual(['CRITICAL laeds: no such stream; did you mean leads?']);
  });
});
