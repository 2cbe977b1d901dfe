import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { invalidRecords } from './invalid-records.ts';
import { runMain, syncHere } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

type Fields = Readonly<Record<string, unknown>>;

let sandbox: Sandbox;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tap-closeio-'));
});
afterEach(async () => {
  await sandbox?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The streams that are damaged in these tests, each with the sandbox's name for its objects. */
const KINDS: Readonly<Record<string, string>> = {
  leads: 'lead',
  contacts: 'contact',
  opportunities: 'opportunity',
  activities: 'activity',
  tasks: 'task',
  email_templates: 'email_template',
};
const STREAMS = Object.keys(KINDS);

const write = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

const csvOf = (rows: Iterable<Fields>, columns: readonly string[]): string =>
  [columns.join(), ...[...rows].map((row) => columns.map((column) => row[column]).join())].join('\n');

const verify = (...args: readonly string[]): Promise<TapRun> =>
  runMain(['verify', '--config', write('config.json', JSON.stringify(configFor(sandbox))), ...args]);

interface Report {
  readonly complete: boolean;
  readonly streams: readonly {
    readonly name: string;
    readonly missing: number;
    readonly stale: number;
    readonly gone: number;
    readonly recent: { readonly created: number; readonly changed: number; readonly deleted: number };
  }[];
}
const reportOf = ({ text }: TapRun): Report => JSON.parse(text) as Report;

/** The lines of the list of wrong ids, as `stream,what,id`. */
const listed = (): string[] =>
  readFileSync(join(dir, 'wrong.csv'), 'utf8').trimEnd().split('\n').slice(1).sort();

/** A warehouse as a first sync fills it, with rows removed, made old and invented afterwards. */
const damaged = (run: TapRun, streams: readonly string[]) => {
  const wrong: string[] = [];
  const touched = new Set<string>();
  const removed: [string, string][] = [];
  const rows = streams.flatMap((stream) => {
    const kept = new Map(run.latest(stream));
    // Not the first ids: their rows may be only minutes old.
    const ids = [...kept.keys()].filter((_, index) => index % 3 === 1);
    const old = '2001-01-01T00:00:00.000000Z';
    for (const id of ids.slice(0, 5)) {
      kept.delete(id);
      removed.push([stream, id]);
      wrong.push(`${stream},missing,${id}`);
    }
    for (const id of ids.slice(5, 8)) {
      kept.set(id, { ...kept.get(id), date_updated: old });
      wrong.push(`${stream},stale,${id}`);
    }
    const [first = ''] = ids;
    for (const invented of [first.replace(/\w{9}$/, 'invented1'), first.replace(/\w{9}$/, 'invented2')]) {
      kept.set(invented, { id: invented, date_updated: old });
      wrong.push(`${stream},gone,${invented}`);
    }
    for (const id of ids.slice(0, 8)) touched.add(id).add(String(run.latest(stream).get(id)?.lead_id));
    return [...kept.values()].map((row): Fields => ({ ...row, stream }));
  });
  return { rows, wrong: wrong.sort(), touched, removed };
};

/** Creates, changes and deletes objects, but leaves those that a test has damaged alone. */
const churn = (organisation: Organisation, spared: ReadonlySet<string>, seed = 5) => {
  let turn = seed;
  const next = (bound: number): number => {
    turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648;
    return turn % Math.max(1, bound);
  };
  return (): void => {
    for (const kind of Object.values(KINDS)) {
      const ids = organisation.ids(kind);
      const id = ids[next(ids.length)] ?? '';
      const isSpared = spared.has(id) || spared.has(String(organisation.get(kind, id)?.lead_id));
      const choice = next(10);
      const lead = organisation.ids('lead').find((one) => !spared.has(one));
      if (choice < 3) organisation.create(kind, kind === 'lead' ? {} : { lead_id: lead });
      else if (choice < 7 && !isSpared) organisation.update(kind, id);
      else if (!isSpared) organisation.remove(kind, id);
    }
  };
};

describe('a warehouse from which 5 ids were removed, 3 made stale and 2 invented', () => {
  test.each([
    ['with a Close as documented', {}],
    ['with a search index that is late', { indexLagMs: 2_000 }],
    [
      'with filters that are exact to the second',
      { filterGrain: 'second' as const, searchGrain: 'second' as const },
    ],
  ])('is reported exactly so while the account changes at every request, %s', async (_, traits) => {
    const organisation = createOrganisation({ objects: 1200, leads: 210, contacts: 210, seed: 8 });
    const long = { date_created: '2024-01-01T00:00:00+00:00', date_updated: '2024-01-01T00:00:00+00:00' };
    for (let count = 0; count < 30; count += 1) organisation.create('email_template', long);
    sandbox = await startSandbox(organisation);
    const run = await syncHere({ config: configFor(sandbox), args: ['--select', STREAMS.join()] });
    const { rows, wrong, touched } = damaged(run, STREAMS);
    Object.assign(sandbox.options, traits, { beforeRequest: churn(organisation, touched) });
    const ids = write('ids.csv', csvOf(rows, ['stream', 'id', 'date_updated']));

    const found = await verify('--ids', ids, '--list', join(dir, 'wrong.csv'), '--format', 'json');

    expect(found.stderr).not.toMatch(/^(WARNING|ERROR|CRITICAL)/m);
    expect(listed()).toEqual(wrong);
    expect(found.code).toBe(1);
    const { streams } = reportOf(found);
    expect(streams.map(({ name, missing, stale, gone }) => [name, missing, stale, gone])).toEqual(
      STREAMS.map((name) => [name, 5, 3, 2]),
    );
    // The account did change while it was verified.
    const recent = streams.map((stream) => stream.recent);
    for (const what of ['created', 'changed', 'deleted'] as const) {
      expect(
        recent.some((counts) => counts[what] > 0),
        what,
      ).toBe(true);
    }
  });
});

describe('a repair', () => {
  test('fills a warehouse with the records that a sync would write, and writes no state', async () => {
    const organisation = createOrganisation({ objects: 1200, seed: 9 });
    sandbox = await startSandbox(organisation);
    const run = await syncHere({ config: configFor(sandbox), args: ['--select', STREAMS.join()] });
    const streams = ['leads', 'activities', 'tasks', 'opportunities', 'contacts'];
    const { rows, wrong } = damaged(run, streams);
    const columns = ['stream', 'id', 'date_updated'];
    const ids = write('ids.csv', csvOf(rows, columns));

    const repair = await verify('--ids', ids, '--repair', '-', '--select', streams.join());

    expect(repair.code).toBe(1);
    expect(repair.stderr).toContain('25 rows are missing.');
    expect(new Set(repair.messages.map(({ type }) => type))).toEqual(new Set(['SCHEMA', 'RECORD']));
    expect(invalidRecords(repair)).toEqual([]);
    const kept = new Map(rows.map((row) => [String(row.id), row]));
    const mended = repair.messages.flatMap(({ type, stream = '', record }) =>
      type === 'RECORD' && record ? [{ ...record, stream }] : [],
    );
    expect(mended).toHaveLength(wrong.filter((line) => !line.includes('gone')).length);
    for (const record of mended) {
      const id = String(Object(record).id);
      expect({ ...run.latest(record.stream).get(id), stream: record.stream }).toEqual(record);
      kept.set(id, record);
    }
    const again = await verify(
      '--ids',
      write('again.csv', csvOf(kept.values(), columns)),
      '--format',
      'json',
    );
    expect(again.code).toBe(0);
    expect(reportOf(again).streams.map(({ missing, stale, gone }) => [missing, stale, gone])).toEqual(
      streams.map(() => [0, 0, 2]),
    );
  });

  test('has the columns of a sync without a selection', async () => {
    const organisation = createOrganisation({ objects: 300, seed: 9 });
    sandbox = await startSandbox(organisation);
    const sync = await syncHere({ config: configFor(sandbox) });
    const lost = organisation.ids('lead')[3] ?? '';
    const kept = organisation.ids('lead').filter((id) => id !== lost);
    const rows = [
      ...kept.map((id) => ({ stream: 'leads', id })),
      ...organisation.ids('contact').map((id) => ({ stream: 'contacts', id })),
    ];

    const run = await verify('--ids', write('ids', csvOf(rows, ['stream', 'id'])), '--repair', '-');

    expect(run.ids('contacts').size).toBe(0);
    expect(run.latest('leads')).toEqual(new Map([[lost, sync.latest('leads').get(lost)]]));
    const schemaIn = ({ messages }: TapRun) =>
      messages.find(({ type, stream }) => type === 'SCHEMA' && stream === 'leads')?.schema;
    expect(schemaIn(run)).toEqual(schemaIn(sync));
  });

  test('has the fields that the setting select chooses, and can be written to a file', async () => {
    const organisation = createOrganisation({ objects: 300, seed: 9 });
    sandbox = await startSandbox(organisation);
    const [gone = '', ...kept] = organisation.ids('lead');
    const config = write('config.json', JSON.stringify(configFor(sandbox, { select: ['leads.name'] })));
    const file = join(dir, 'repair.jsonl');

    const run = await runMain([
      'verify',
      'leads',
      '--config',
      config,
      '--ids',
      write('ids', kept.join('\n')),
      '--repair',
      file,
    ]);

    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Fields);
    expect(run.text).toContain('1 row is missing.');
    expect(lines).toMatchObject([
      { type: 'SCHEMA', stream: 'leads', key_properties: ['id'] },
      { type: 'RECORD', record: { id: gone, name: organisation.get('lead', gone)?.name } },
    ]);
    expect(Object.keys(lines[1]?.record as Fields).sort()).toEqual(['date_updated', 'id', 'name']);
  });
});

describe('a row', () => {
  test('is not missing if it is newer than the bookmark of the state', async () => {
    const organisation = createOrganisation({ objects: 500, seed: 3 });
    sandbox = await startSandbox(organisation);
    const run = await syncHere({ config: configFor(sandbox) });
    const dates = [...run.latest('leads').values()].map((row) => String(row.date_created)).sort();
    const bookmark = dates.at(-6) ?? '';
    const rows = [...run.latest('leads').values()].filter((row) => String(row.date_created) <= bookmark);
    const ids = write('ids.csv', csvOf(rows, ['id', 'date_updated']));
    const state = write('state.json', JSON.stringify({ bookmarks: { leads: { date_updated: bookmark } } }));
    const newer = run.latest('leads').size - rows.length;

    const [with_, without] = [
      await verify('leads', '--ids', ids, '--state', state, '--format', 'json'),
      await verify('leads', '--ids', ids, '--format', 'json'),
    ];

    expect(newer).toBe(5);
    expect([with_.code, reportOf(with_).streams[0]]).toMatchObject([
      0,
      { missing: 0, recent: { created: newer } },
    ]);
    expect([without.code, reportOf(without).streams[0]]).toMatchObject([1, { missing: newer }]);
  });

  test('is missing also if it changes while verify runs', async () => {
    const organisation = createOrganisation({ objects: 900, seed: 4 });
    sandbox = await startSandbox(organisation);
    const removed = ['lead', 'activity', 'task', 'opportunity', 'contact'].map(
      (kind) => [kind, organisation.ids(kind)[7] ?? ''] as const,
    );
    const files = await Promise.all(
      removed.map(([kind, id]) =>
        write(
          kind,
          organisation
            .ids(kind)
            .filter((one) => one !== id)
            .join('\n'),
        ),
      ),
    );
    // They are edited before each request.
    sandbox.options.beforeRequest = () => {
      for (const [kind, id] of removed) organisation.update(kind, id);
    };
    const streams = ['leads', 'activities', 'tasks', 'opportunities', 'contacts'];

    for (const [index, stream] of streams.entries()) {
      const run = await verify(stream, '--ids', files[index] ?? '', '--list', join(dir, 'wrong.csv'));

      expect([run.code, listed()]).toEqual([1, [`${stream},missing,${removed[index]?.[1]}`]]);
    }
  });

  test('is neither missing nor stale if it is deleted before it is read once more', async () => {
    const organisation = createOrganisation({ objects: 600, seed: 4 });
    sandbox = await startSandbox(organisation);
    const [missing = '', stale = '', ...others] = organisation.ids('lead');
    const ids = write(
      'ids.csv',
      ['id,date_updated', `${stale},2001-01-01`, ...others.map((id) => `${id},`)].join('\n'),
    );
    // The event log is read after all ids.
    sandbox.options.beforeRequest = ({ path }) => {
      if (path === '/event/')
        for (const id of [missing, stale]) if (organisation.get('lead', id)) organisation.remove('lead', id);
    };

    const run = await verify('leads', '--ids', ids, '--format', 'json');

    expect([run.code, reportOf(run).streams[0]]).toMatchObject([
      0,
      { missing: 0, stale: 0, gone: 0, recent: { deleted: 2 } },
    ]);
  });

  test('is missing also if the search index is hours late: the event log names it', async () => {
    const organisation = createOrganisation({ objects: 600, seed: 4 });
    sandbox = await startSandbox(organisation);
    const hoursAgo = organisation.clock() - 2 * 3_600_000;
    const moment = new Date(hoursAgo).toISOString();
    const now = organisation.clock;
    organisation.clock = () => hoursAgo;
    const lead = organisation.create('lead', { date_created: moment });
    organisation.clock = now;
    sandbox.options.indexLagMs = 5 * 3_600_000;
    const kept = organisation.ids('lead').filter((id) => id !== lead);

    const run = await verify(
      'leads',
      '--ids',
      write('ids', kept.join('\n')),
      '--list',
      join(dir, 'wrong.csv'),
    );

    expect(sandbox.requests.some(({ path }) => path === '/data/search/')).toBe(true);
    expect([run.code, listed()]).toEqual([1, [`leads,missing,${lead}`]]);
  });

  test('is not missing if it is older than the start date', async () => {
    const organisation = createOrganisation({ objects: 900, days: 800, seed: 5 });
    sandbox = await startSandbox(organisation);
    const dates = [...organisation.all('lead')].map(({ date_updated }) => String(date_updated)).sort();
    const config = { start_date: dates[Math.floor(dates.length / 3)] ?? '' };
    const first = await syncHere({ config: configFor(sandbox, config) });
    const path = write('config.json', JSON.stringify(configFor(sandbox, config)));

    for (const stream of ['leads', 'tasks', 'activities', 'users']) {
      const ids = write(stream, [...first.ids(stream)].join('\n'));
      const run = await runMain(['verify', stream, '--config', path, '--ids', ids, '--format', 'json']);

      expect([stream, run.code, reportOf(run).streams[0]]).toMatchObject([
        stream,
        0,
        { missing: 0, gone: 0 },
      ]);
    }
    expect(first.ids('leads').size).toBeLessThan(organisation.ids('lead').length);
  });
});

describe('the event log', () => {
  test('is verified as far back as Close shows it', async () => {
    const organisation = createOrganisation({ objects: 1500, seed: 6 });
    sandbox = await startSandbox(organisation);
    const run = await syncHere({ config: configFor(sandbox), args: ['--select', 'event_log'] });
    const rows = [...run.latest('event_log').values()].sort((a, b) =>
      String(a.date_updated).localeCompare(String(b.date_updated)),
    );
    const lost = rows.splice(5, 3).map(({ id }) => `event_log,missing,${id}`);
    const forgotten = {
      id: 'ev_0000000000000000000000000000000000000000000',
      date_updated: '2020-01-01T00:00:00Z',
    };
    const ids = write('ids.csv', csvOf([...rows, forgotten], ['id', 'date_updated']));

    const found = await verify('event_log', '--ids', ids, '--list', join(dir, 'wrong.csv'));

    expect([found.code, listed()]).toEqual([1, lost.sort()]);
    expect(found.text).toContain('event_log: 1 ids are too old for Close to show');
  });

  test('that the key may not read is a warning, and the rest is verified', async () => {
    const organisation = createOrganisation({ objects: 500, seed: 6 });
    sandbox = await startSandbox(organisation, { eventAccess: 'none' });
    const [, , lost = '', ...kept] = organisation.ids('task');
    const all = [...organisation.ids('task').slice(0, 2), ...kept];

    const run = await verify(
      'tasks',
      '--ids',
      write('ids', all.join('\n')),
      '--list',
      join(dir, 'wrong.csv'),
    );

    expect([run.code, listed()]).toEqual([1, [`tasks,missing,${lost}`]]);
    expect(run.stderr).toMatch(/^WARNING tasks: this key may not read the event log/m);
  });
});

describe('a sweep', () => {
  test('takes one light request for two hundred leads', async () => {
    const organisation = createOrganisation({ leads: 2000, seed: 7 });
    sandbox = await startSandbox(organisation);

    const run = await verify('leads', '--ids', write('ids', organisation.ids('lead').join('\n')));

    const searches = sandbox.requests.filter(({ path }) => path === '/data/search/');
    expect(run.code).toBe(0);
    expect(run.text).toContain('Nothing is missing.');
    expect(searches.length).toBeLessThan(20);
    expect(searches[0]?.body).toMatchObject({ _fields: { lead: ['id', 'date_created', 'date_updated'] } });
  });

  test.each([
    ['leads', 'lead', 200],
    ['contacts', 'contact', 200],
    ['opportunities', 'opportunity', 200],
    ['tasks', 'task', 100],
    ['event_log', 'event', 50],
  ])('checks thousands of %s that seem wrong in few requests', async (stream, kind, page_size) => {
    const organisation = createOrganisation({ objects: 6_000, days: 25, seed: 7 });
    sandbox = await startSandbox(organisation);
    const [first = '', ...rest] = organisation.ids(kind);
    const invented = Array.from({ length: 1_500 }, (_, index) => {
      const id = first.replace(/.{8}$/, String(index).padStart(8, '0'));
      return `${id},${stream === 'event_log' ? new Date().toISOString() : ''}`;
    });
    const kept = rest.slice(0, -1).map((id) => `${id},`);
    const ids = write('ids', ['id,date_updated', ...kept, ...invented].join('\n'));

    const run = await verify(stream, '--ids', ids, '--format', 'json');

    expect(reportOf(run).streams[0]).toMatchObject({ missing: 2, gone: 1_500 });
    const twice = (2 * rest.length) / page_size;
    expect(sandbox.requests.length).toBeLessThan(twice + 80);
  });

  test('asks lists for ids and dates only', async () => {
    const organisation = createOrganisation({ objects: 400, seed: 7 });
    sandbox = await startSandbox(organisation);

    const run = await verify('activities', '--ids', write('ids', organisation.ids('activity').join('\n')));

    const lists = sandbox.requests.filter(({ path }) => path === '/activity/');
    expect(run.code).toBe(0);
    expect(new Set(lists.map(({ params }) => params._fields))).toEqual(
      new Set(['id,date_created,date_updated']),
    );
  });

  test('of every stream finds nothing wrong after a sync', async () => {
    const organisation = createOrganisation({ objects: 800, seed: 21 });
    sandbox = await startSandbox(organisation);
    const names = streams.map(({ name }) => name);
    const run = await syncHere({ config: configFor(sandbox), args: ['--select', names.join()] });
    const lines = names.flatMap((stream) =>
      [...run.latest(stream).values()].map((row) =>
        JSON.stringify({
          stream,
          id: row.id,
          ...('date_updated' in row ? { date_updated: row.date_updated } : {}),
        }),
      ),
    );

    const found = await verify('--ids', write('ids.jsonl', lines.join('\n')), '--format', 'json');

    const wrong = reportOf(found).streams.filter(
      ({ missing, stale, gone }) => missing !== 0 || stale !== 0 || gone !== 0,
    );
    expect([wrong, found.code]).toEqual([[], 0]);
    expect(
      reportOf(found)
        .streams.map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
  });
});

describe('a mistake ends verify with one sentence and exit code 2', () => {
  test('if the ids belong to another stream, or to none', async () => {
    const organisation = createOrganisation({ objects: 300, seed: 7 });
    sandbox = await startSandbox(organisation);
    const contacts = write('contacts', organisation.ids('contact').join('\n'));
    const numbers = write('numbers', '1001\n1002\n');

    const [other, none] = [await verify('leads', '--ids', contacts), await verify('leads', '--ids', numbers)];

    const start = (file: string) => `CRITICAL ${file}: no id begins with lead_ as the ids of leads do`;
    expect([other.code, none.code]).toEqual([2, 2]);
    expect(other.stderr).toContain(
      `${start(contacts)}, but with cont_; is it the right stream, and the right column?\n`,
    );
    expect(none.stderr).toContain(`${start(numbers)}; is it the right stream, and the right column?\n`);
  });

  test.each<[string, (file: string) => readonly string[], string]>([
    [
      'the file does not exist',
      () => ['leads', '--ids', '/nowhere/ids'],
      '/nowhere/ids: there is no such file',
    ],
    ['it is a directory', () => ['leads', '--ids', '/'], '/: is a directory, not a file'],
    ['standard input is empty', () => ['leads'], 'standard input: the file is empty; write one id per line'],
    [
      'there is no stream of that name',
      (file) => ['lead', '--ids', file],
      'lead: no such stream; did you mean leads?',
    ],
    [
      'no stream is named',
      (file) => ['--ids', file],
      'name the stream whose ids these are (tap-closeio verify leads)',
    ],
    [
      'the stream is not selected',
      (file) => ['leads', '--ids', file, '--select', 'tasks'],
      'cannot verify a stream that is not selected: leads',
    ],
    [
      'the repair would overwrite the ids',
      (file) => ['leads', '--ids', file, '--repair', file],
      'this file is already used for something else; name another one',
    ],
    [
      'the repair would overwrite the state',
      (file) => ['leads', '--ids', file, '--state', join(dir, 'state'), '--repair', join(dir, 'state')],
      'this file is already used for something else; name another one',
    ],
    [
      'the list would overwrite the config',
      (file) => ['leads', '--ids', file, '--list', join(dir, 'config.json')],
      'this file is already used for something else; name another one',
    ],
    [
      'the directory of the list does not exist',
      (file) => ['leads', '--ids', file, '--list', '/nowhere/list'],
      'there is no directory /nowhere; create it first',
    ],
  ])('if %s', async (_, args, problem) => {
    sandbox = await startSandbox(createOrganisation({ objects: 50 }));
    const ids = write('ids', 'lead_a\n');
    const state = write('state', '{}');

    const run = await verify(...args(ids));

    expect(run.code).toBe(2);
    expect(run.stderr.split('\n').filter((line) => line.startsWith('CRITICAL'))).toEqual([
      expect.stringContaining(problem),
    ]);
    expect([ids, state].map((file) => readFileSync(file, 'utf8'))).toEqual(['lead_a\n', '{}']);
    expect(sandbox.requests).toEqual([]);
  });
});
