import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, tables } from './account.ts';
import { runMain, syncHere } from './run-main.ts';

const BIN = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

describe('a variable about the log', () => {
  test.each([
    ['LOGLEVEL', 'verbose', 'NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL, SILENT'],
    ['TAP_CLOSEIO_LOGLEVEL', 'verbose', 'NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL, SILENT'],
    ['TAP_CLOSEIO_LOG_TIMESTAMPS', 'iso', '0, 1, TRUE, YES, ON, FALSE, NO, OFF'],
  ])('with an unknown value is reported, and nothing is read: %s=%s', async (name, value, words) => {
    const { code, stderr, text } = await runMain(['--config', 'none.json'], { env: { [name]: value } });

    expect([code, text, stderr]).toEqual([2, '', `CRITICAL ${name}: "${value}" is not one of ${words}\n`]);
  });
});

describe('the log of a sync', () => {
  test('begins with where each stream continues, and ends with a summary', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 300 }), {
      rateLimit: { limit: 4, windowSeconds: 1 },
    });
    const config = configFor(sandbox);

    const first = await syncHere({ config });
    const asked = sandbox.requests.length;
    const second = await syncHere({ config, state: first.lastState });

    const [begin = '', ...rest] = first.stderr.trimEnd().split('\n');
    expect(begin).toMatch(
      /^INFO tap-closeio \d+\.\d+\.\d+: .*leads from the start, .*event_log from the start$/,
    );
    const [, records, requests, waits, parts] =
      /^INFO (\d+) records in [\d.]+ s with (\d+) requests, ([\d.]+) s waiting for Close; records \(requests\) of (.*); done$/.exec(
        rest.at(-1) ?? '',
      ) ?? [];
    expect(Number(records)).toBe(first.messages.filter(({ type }) => type === 'RECORD').length);
    expect(Number(requests)).toBe(asked);
    expect(Number(waits)).toBeGreaterThan(0);
    const perStream = new Map(
      [...(parts ?? '').matchAll(/(\w+) (\d+) \((\d+)[;)]/g)].map(([, name, ...counts]) => [
        name,
        counts.map(Number),
      ]),
    );
    expect(perStream.get('leads')?.[0]).toBe(first.ids('leads').size);
    expect([...perStream.values()].reduce((sum, [, count = 0]) => sum + count, 0)).toBeLessThanOrEqual(asked);
    expect(second.stderr).toMatch(/leads from \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, /);
  });

  test('names no stream for the requests of the event log that are for all streams', async () => {
    const organisation = createOrganisation({ objects: 300 });
    sandbox = await startSandbox(organisation);
    const config = configFor(sandbox);
    const args = ['--select', 'leads,activities'];
    const { lastState } = await syncHere({ config, args });

    const { stderr } = await syncHere({
      config,
      args,
      state: lastState,
      env: { TAP_CLOSEIO_LOGLEVEL: 'debug' },
    });

    const lines = stderr.split('\n').filter((line) => line.includes('GET /event/'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^DEBUG GET \/event\//);
  });

  test('of a run without changes has a line for each stream, and one before and one after them', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 300 }));
    const config = configFor(sandbox);
    const { lastState } = await syncHere({ config });

    const { stderr } = await syncHere({ config, state: lastState });

    const lines = stderr.trimEnd().split('\n');
    const counted = lines.slice(1, -1).map((line) => JSON.parse(line.replace('INFO METRIC: ', '')) as object);
    expect(counted).toEqual(
      tables.map((stream) => ({
        type: 'counter',
        metric: 'record_count',
        value: expect.any(Number),
        tags: { stream, endpoint: stream },
      })),
    );
    expect(lines).toHaveLength(tables.length + 2);
  });

  test('ends with a summary even if only errors are logged, and says why it is not complete', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }), {
      faults: ({ path }) => (path === '/task/' ? { kind: 'status', status: 400 } : undefined),
    });

    const { code, stderr } = await syncHere({
      // A stream that the user did not name would be left out.
      config: configFor(sandbox, { select: 'tasks' }),
      env: { LOGLEVEL: 'CRITICAL' },
    });

    const lines = stderr.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^CRITICAL tasks is not complete: GET \/task\/: 400/);
    expect(lines[1]).toMatch(/^INFO \d+ records in .* tasks 0 \(1\).*; not complete: tasks$/);
    expect(lines).toHaveLength(2);
  });

  test('has no lines at level SILENT', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const { code, stderr } = await syncHere({ config: configFor(sandbox), env: { LOGLEVEL: 'SILENT' } });

    expect([code, stderr]).toEqual([0, '']);
  });

  test('has dates if a variable says so', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const { stderr } = await syncHere({
      config: configFor(sandbox),
      env: { TAP_CLOSEIO_LOG_TIMESTAMPS: 'true' },
    });

    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ /.test(line))).toEqual([]);
  });
});

const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0;

describe.runIf(HAS_SCRIPT)('at a terminal', () => {
  /** Runs the tap in a terminal. `script` records what that terminal shows. */
  const runAtTerminal = async (shell: string, env: Readonly<Record<string, string>> = {}) => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const dir = mkdtempSync(join(tmpdir(), 'tap-closeio-'));
    writeFileSync(join(dir, 'config.json'), JSON.stringify(configFor(sandbox)));
    const tap = `${process.execPath} ${BIN} --config ${dir}/config.json`;
    const child = spawn('script', ['-qec', shell.replace('TAP', tap), '/dev/null'], {
      cwd: dir,
      env: { ...process.env, TERM: 'xterm', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await once(child, 'close');
    return {
      shown: shown.replaceAll('\r\n', '\n'),
      read: (name: string) => readFileSync(join(dir, name), 'utf8'),
    };
  };

  test('a warning says what was probably meant if records appear there', async () => {
    const { shown, read } = await runAtTerminal('TAP 2> err.txt');

    const hints = read('err.txt')
      .split('\n')
      .filter((line) => line.startsWith('WARNING'));
    expect(hints).toEqual([expect.stringMatching(/is a terminal.*"\| target-jsonl" or "> file"/)]);
    expect(shown).toContain('{"type":"RECORD","stream":"leads"');
  });

  test('records and progress do not overwrite each other', async () => {
    const { shown } = await runAtTerminal('TAP');

    expect(shown).not.toContain('\u001b[');
    expect(shown).toContain('WARNING standard output is a terminal');
  });

  test('the progress is shown if the records go elsewhere, and its counts stay', async () => {
    const { shown, read } = await runAtTerminal('TAP > out.jsonl');

    const leads = read('out.jsonl').match(/^\{"type":"RECORD","stream":"leads"/gm)?.length;
    const last = shown.split('\u001b[J').at(-1) ?? '';
    expect(last).toMatch(/^tap-closeio .* records/m);
    expect(last).toMatch(new RegExp(`^leads +${leads} .*done in \\d+ s`, 'm'));
    expect(shown).not.toContain('WARNING');
    expect(shown).not.toContain('METRIC');
  });

  test('a terminal without a cursor shows only the log', async () => {
    const { shown } = await runAtTerminal('TAP > out.jsonl', { TERM: 'dumb' });

    expect(shown).not.toContain('\u001b');
    expect(shown).toMatch(/^INFO \d+ records in/m);
  });
});

describe('the summary of a sync', () => {
  const summaryPath = (): string => join(mkdtempSync(join(tmpdir(), 'tap-closeio-')), 'summary.json');
  const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

  test('has the result of each stream', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const file = summaryPath();

    const run = await syncHere({ config: configFor(sandbox), args: ['--summary', file] });

    expect(run.code).toBe(0);
    expect(read(file)).toMatchObject({
      version: expect.any(String),
      started_at: expect.stringMatching(/Z$/),
      ended_at: expect.stringMatching(/Z$/),
      streams: {
        leads: { from: null, records: run.ids('leads').size, requests: expect.any(Number), result: 'done' },
      },
      requests: sandbox.requests.length,
      waits: { seconds: expect.any(Number) },
      errors: [],
      exit: { code: 0, reason: 'done' },
    });
  });

  test('compares what was read with what Close counted in the same range, if it counts', async () => {
    const organisation = createOrganisation({ objects: 900, seed: 4 });
    sandbox = await startSandbox(organisation);
    const file = summaryPath();
    const args = ['--summary', file, '--select', 'leads,tasks,opportunities,users,activities,lead_files'];
    const completeness = () =>
      Object.fromEntries(
        Object.entries((read(file) as { streams: Record<string, { completeness: unknown }> }).streams).map(
          ([name, stream]) => [name, stream.completeness],
        ),
      );
    const all = (kind: string) => {
      const count = organisation.ids(kind).length;
      return { counted: count, read: count };
    };

    const first = await syncHere({ config: configFor(sandbox), args });
    const afterFirst = completeness();
    organisation.update('task', organisation.ids('task')[0] ?? '');
    const second = await syncHere({ config: configFor(sandbox), state: first.lastState, args });

    // A lead that the event log names from the last hours may come twice, but counts once.
    expect(first.stderr).toMatch(/leads \d+ \(\d+; (\d+) of \1 counted\), .*users \d+ \(\d+\)/);
    expect(afterFirst).toEqual({
      leads: all('lead'),
      tasks: all('task'),
      opportunities: all('opportunity'),
      users: null,
      activities: null,
      lead_files: null,
    });
    const tasks = second.ids('tasks').size;
    expect(tasks).toBeLessThan(organisation.ids('task').length);
    expect(completeness().tasks).toEqual({ counted: tasks, read: tasks });
    expect(second.code).toBe(0);
  });

  test('shows that Close counted more than it sent', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 300 }), {
      onAnswer: (text, { path }) =>
        path === '/task/'
          ? text.replace(/"total_results": ?(\d+)/, (_, n) => `"total_results":${Number(n) + 3}`)
          : text,
    });

    const run = await syncHere({ config: configFor(sandbox), args: ['--select', 'tasks'] });

    const tasks = run.ids('tasks').size;
    expect(run.stderr).toContain(`; ${tasks} of ${tasks + 3} counted)`);
  });

  test('says why the run failed, without the key', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));
    const file = summaryPath();

    const run = await syncHere({
      config: configFor(sandbox, { api_key: 'api_wrong_and_secret' }),
      args: ['--summary', file],
    });

    expect(run.code).toBe(1);
    expect(readFileSync(file, 'utf8')).not.toContain('api_wrong_and_secret');
    expect(read(file)).toMatchObject({
      errors: [expect.stringContaining('401')],
      exit: { code: 1, reason: expect.stringContaining('401') },
    });
  });

  test.each([
    ['config.json', 'this file is already used for something else; name another one'],
    ['/dev/null', 'is not a regular file, so it cannot be replaced; name another file'],
    ['/nowhere/summary.json', 'there is no directory /nowhere; create it first'],
  ])('cannot be written to %s', async (file, problem) => {
    const { code, stderr } = await runMain(['--config', 'config.json', '--summary', file]);

    expect([code, stderr]).toEqual([2, `CRITICAL --summary: ${file}: ${problem}\n`]);
  });
});
