import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, type Table, tables } from '../e2e/account.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { mustRun, run } from '../setup/run.ts';
import { changeAccount, changedBetween, truthOf } from '../targets/account-truth.ts';
import { type Fields, type Schema, type State, TAP } from '../targets/pipeline.ts';
import { readWith } from '../targets/target.ts';
import { type LogLine, tapLines } from './log-lines.ts';
import { type Bins, createProject, installMeltano, type MeltanoProject } from './project.ts';

const KEY = 'api_s3cret1nMeltano';
const TO_JSONL = 'dev:tap-closeio-to-target-jsonl';

let bins: Bins;
beforeAll(async () => {
  bins = await installMeltano();
});

let organisation: Organisation;
let sandbox: Sandbox;
let project: MeltanoProject;

const begin = async (objects: number): Promise<void> => {
  organisation = createOrganisation({ objects, seed: 41 });
  sandbox = await startSandbox(organisation, { apiKeys: [KEY] });
  project = await createProject(bins, {
    TAP_CLOSEIO_API_KEY: KEY,
    TAP_CLOSEIO_BASE_URL: sandbox.url,
    TAP_CLOSEIO_START_DATE: '2000-01-01',
  });
};
const end = async (): Promise<void> => {
  await sandbox.close();
  await project.remove();
};

const stateOf = async (id: string): Promise<State> => {
  const { code, stdout, stderr } = await project.meltano(['state', 'get', id]);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { singer_state: State }).singer_state;
};

const loaded = async (table: Table): Promise<Fields[]> => {
  const text = await readFile(join(project.dir, 'output', `${table}.jsonl`), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fields);
};

/** Meltano itself writes this file, removes it after the run, and leaves it if it is killed. */
const CONFIG_FILE = /\/\.meltano\/run\/tap-closeio\/tap\.[\w-]+\.config\.json$/;

const expectNoKey = async (...logs: readonly string[]): Promise<void> => {
  for (const log of logs) expect(log).not.toContain(KEY);
  for (const [path, text] of await project.files()) {
    if (!CONFIG_FILE.test(path)) expect(text.includes(KEY), path).toBe(false);
  }
};

describe('a command of Meltano', () => {
  beforeAll(() => begin(300));
  afterAll(end);

  test('config test: the configuration is valid', async () => {
    const { code, stdout, stderr } = await project.meltano(['config', 'test', 'tap-closeio']);

    expect(`${stdout}${stderr}`).toContain('Plugin configuration is valid');
    expect(code).toBe(0);
    await expectNoKey(stdout, stderr);
  });

  test('config test: a wrong key is reported', async () => {
    const wrong = { TAP_CLOSEIO_API_KEY: 'api_wrongK3y' };
    const { code, stdout, stderr } = await project.meltano(['config', 'test', 'tap-closeio'], { env: wrong });

    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain('Plugin configuration is invalid');
    expect(`${stdout}${stderr}`).not.toContain('api_wrongK3y');
  });

  test('select --list --all: keys are automatic, and other fields can be chosen', async () => {
    const { code, stdout, stderr } = await project.meltano(['select', 'tap-closeio', '--list', '--all']);

    expect(code, stderr).toBe(0);
    for (const table of tables) expect(stdout).toMatch(new RegExp(`\\[automatic *\\] ${table}\\.id$`, 'm'));
    expect(stdout).toMatch(/\[automatic *\] leads\.date_updated$/m);
    expect(stdout).toMatch(/\[automatic *\] activities\.date_created$/m);
    expect(stdout).toMatch(/\[selected *\] leads\.name$/m);
    expect(stdout).toMatch(/\[selected *\] leads\.primary_email\.email$/m);
    expect(stdout).toMatch(/\[excluded *\] contacts\.name$/m);
  });

  test('invoke --about: the description has the same keys as that of an SDK tap', async () => {
    const { code, stdout, stderr } = await project.meltano([
      'invoke',
      'tap-closeio',
      '--about',
      '--format=json',
    ]);

    expect(code, stderr).toBe(0);
    const about = JSON.parse(stdout) as {
      capabilities: string[];
      settings: { type: string; properties: Record<string, { secret?: boolean }> };
    };
    expect(Object.keys(about).sort()).toEqual([
      'capabilities',
      'description',
      'name',
      'sdk_version',
      'settings',
      'supported_python_versions',
      'version',
    ]);
    expect(about.settings.type).toBe('object');
    expect(about.settings.properties.api_key?.secret).toBe(true);

    const definition = await readFile(join(project.dir, 'meltano.yml'), 'utf8');
    const extractor = definition.slice(0, definition.indexOf('  loaders:'));
    const declared = /capabilities: \[(.*)\]/.exec(extractor)?.[1]?.split(', ');
    const settings = [...extractor.matchAll(/\{name: (\w+)/g)].map(([, name]) => name);
    expect(declared?.sort()).toEqual(about.capabilities.sort());
    expect(settings).toEqual(Object.keys(about.settings.properties));
  });

  test('discovery: streams that not every key may read are tried once, and no line can hang Meltano', async () => {
    sandbox.requests.length = 0;
    const { code } = await project.meltano(['invoke', '--dump=catalog', 'tap-closeio']);
    const asked = sandbox.requests.map(({ path }) => path);

    const discovered = await run(process.execPath, [TAP, '--discover']);

    expect(code).toBe(0);
    expect(asked.filter((path) => path.startsWith('/custom_field'))).toHaveLength(6);
    expect(asked.length).toBeLessThan(25);
    expect(Math.max(...discovered.stdout.split('\n').map(({ length }) => length))).toBeLessThan(4096);
  });
});

describe('the README', () => {
  beforeAll(() => begin(200));
  afterAll(end);

  test('has a plugin block that works in a project', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const block = /```yaml\n(plugins:\n.*?)```/s.exec(readme)?.[1];
    const here = `      config: { base_url: "${sandbox.url}", start_date: "2000-01-01" }\n`;
    await writeFile(join(project.dir, 'meltano.yml'), `${block}${here}`);

    const tested = await project.meltano(['config', 'test', 'tap-closeio']);
    const listed = await project.meltano(['select', 'tap-closeio', '--list']);

    expect(block).toContain('name: tap-closeio');
    expect(`${tested.stdout}${tested.stderr}`).toContain('Plugin configuration is valid');
    for (const table of tables) expect(listed.stdout).toMatch(new RegExp(` ${table}\\.id$`, 'm'));
  });
});

describe('two runs', () => {
  beforeAll(() => begin(600));
  afterAll(end);

  test('load everything in the first, and what changed in the second', async () => {
    const before = truthOf(organisation);
    const sync = () => project.meltano(['--log-format=json', 'run', 'tap-closeio', 'target-jsonl']);

    const first = await sync();

    expect(first.code, first.stderr).toBe(0);
    const counts = new Map<Table, number>();
    for (const table of tables) {
      const rows = await loaded(table);
      counts.set(table, rows.length);
      // A row that changed in the last minutes comes once more, because the event log names it.
      const ids = new Set(rows.map(({ id }) => id));
      expect([...ids].sort(), table).toEqual([...before[table].keys()].sort());
    }
    const state = await stateOf(TO_JSONL);
    expect(Object.keys(state.bookmarks).sort()).toEqual([...tables].sort());

    changeAccount(organisation);
    const after = truthOf(organisation);
    const second = await sync();

    expect(second.code, second.stderr).toBe(0);
    for (const table of tables) {
      const again = (await loaded(table)).slice(counts.get(table)).map(({ id }) => String(id));
      const changed = changedBetween(before, after, table);
      expect(again, table).toEqual(expect.arrayContaining(changed));
      expect(again.length, table).toBeLessThan(before[table].size + changed.length);
    }
    await expectNoKey(first.stdout, first.stderr, second.stdout, second.stderr);
  });
});

describe('logs', () => {
  beforeEach(() => begin(200));
  afterEach(end);

  const logOf = async (level: string): Promise<LogLine[]> => {
    const args = ['--log-format=json', `--log-level=${level}`, 'run', 'tap-closeio', 'target-jsonl'];
    const { code, stdout, stderr } = await project.meltano(args);
    expect(code, stderr).toBe(0);
    await expectNoKey(stdout, stderr);
    return tapLines(`${stdout}\n${stderr}`);
  };

  test('have level and stream for each line, and metrics as metrics', async () => {
    const lines = await logOf('info');

    const counts = lines.flatMap(({ metric_info: metric }) =>
      metric?.metric === 'record_count' ? [[metric.tags.stream, metric.value] as const] : [],
    );
    const sums = new Map<unknown, number>();
    for (const [stream, value] of counts) sums.set(stream, (sums.get(stream) ?? 0) + value);
    for (const table of tables) expect(sums.get(table), table).toBe(idsOf(organisation, table).size);
    // One for the beginning, one for the end, and one for each stream. Requests and durations are at level DEBUG.
    expect(lines.length).toBeLessThanOrEqual(tables.length + 2);
    expect(lines.some(({ level, event }) => level === 'info' && /records in/.test(event))).toBe(true);
    expect(lines.filter(({ level }) => level === 'debug')).toEqual([]);
    // Meltano shows a line that it could not parse as it came.
    expect(lines.filter(({ event }) => event.startsWith('{'))).toEqual([]);
  });

  test("have Meltano's level", async () => {
    const loud = await logOf('debug');
    const quiet = await logOf('error');

    expect(loud.some(({ level }) => level === 'debug')).toBe(true);
    expect(quiet).toEqual([]);
  });
});

describe('a run that is killed', () => {
  beforeEach(() => begin(1500));
  afterEach(end);

  /** Small pages, one at a time, so that the run can be killed in the middle. */
  const steps = { TAP_CLOSEIO_PAGE_SIZE: '10', TAP_CLOSEIO_MAX_CONCURRENCY: '1' };
  const args = ['run', 'tap-closeio', 'target-duckdb'];

  const inDatabase = (sql: string): Promise<string> =>
    mustRun(join(bins.meltano, 'python'), [
      '-c',
      `import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=60) as database:
    print(database.execute(sys.argv[2]).fetchall())`,
      join(project.dir, '.meltano', 'meltano.db'),
      sql,
    ]);

  const searches = () => sandbox.requests.filter(({ path }) => path === '/data/search/').length;

  /** The newest date of a lead as in a state. The last minutes are left out, since bookmarks stay behind them. */
  const newestLead = (): string => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const dates = [...organisation.all('lead')].map(({ date_updated: date }) => String(date).slice(0, 19));
    return (
      dates
        .filter((date) => date < hourAgo)
        .sort()
        .at(-1) ?? ''
    );
  };

  /**
   * Kills in the middle: at the first request after Meltano has stored that the leads are done. From the 60th request on,
   * each waits a little, so that Meltano keeps up with the tap.
   */
  const runUntilStruck = async (strike: (pid: number) => void) => {
    const newest = newestLead();
    const isDone = async (): Promise<boolean> => {
      const date = "json_extract(payload, '$.singer_state.bookmarks.leads.date_updated')";
      return (await inDatabase(`select 1 from runs where ${date} >= '${newest}'`)).includes('1');
    };
    let pid: number | undefined;
    let requests = 0;
    sandbox.options.beforeRequest = async () => {
      requests += 1;
      if (requests < 60 || pid === undefined) return;
      await setTimeout(50);
      if (!(await isDone()) || pid === undefined) return;
      strike(pid);
      pid = undefined;
    };
    const finished = await project.meltano(args, {
      env: steps,
      onStart: (child) => {
        pid = child.pid;
      },
    });
    sandbox.options.beforeRequest = undefined;
    return finished;
  };

  const idsInDuckdb = async (): Promise<Map<Table, string[]>> => {
    const discovered = await run(process.execPath, [TAP, '--discover']);
    const catalog = JSON.parse(discovered.stdout) as { streams: { stream: Table; schema: Schema }[] };
    const schemas = new Map(
      catalog.streams.flatMap(({ stream, schema }) => (tables.includes(stream) ? [[stream, schema]] : [])),
    );
    const database = join(project.dir, 'close.duckdb');
    const stored = await readWith(
      bins.duckdb,
      'duckdb_file.py',
      database,
      schemas,
      join(project.dir, 's.json'),
    );
    const ids = (table: Table) => (stored[table]?.rows ?? []).map(({ id }) => String(id)).sort();
    return new Map(tables.map((table) => [table, ids(table)]));
  };

  /** Runs to the end after a kill. The requests show that it does not begin again. */
  const expectResumed = async (): Promise<void> => {
    const searched = searches();
    const resumed = await project.meltano(args, { env: steps });

    expect(resumed.code, resumed.stderr).toBe(0);
    const stored = await idsInDuckdb();
    for (const table of tables) {
      expect(stored.get(table), table).toEqual([...idsOf(organisation, table)].sort());
    }
    expect(searches() - searched).toBeLessThan(searched / 2);
    await expectNoKey(resumed.stdout, resumed.stderr);
  };

  test('by SIGTERM to Meltano is continued, and nothing is missing', async () => {
    const killed = await runUntilStruck((pid) => process.kill(pid, 'SIGTERM'));

    expect(killed.code).toBe(143);
    await expectNoKey(killed.stdout, killed.stderr);
    await expectResumed();
  });

  test('by SIGKILL to all three processes is continued, and nothing is missing', async () => {
    const killed = await runUntilStruck((pid) => process.kill(-pid, 'SIGKILL'));

    expect(killed.code).toBeNull();
    // Meltano gives up a run without a sign of life for five minutes. Here, they pass at once.
    await inDatabase("update runs set last_heartbeat_at = datetime(last_heartbeat_at, '-10 minutes')");
    await expectResumed();
  });
});
