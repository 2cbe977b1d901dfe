import { expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/parse-arguments.ts';

const run = (...argv: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const result = parseArguments(
    argv,
    { write: (text) => out.push(text) },
    { write: (text) => err.push(text) },
    '2.0.0',
  );
  return { result, out: out.join(''), err: err.join('') };
};

const sync = { kind: 'sync', config: ['c.json'], state: 's.json', catalog: 'k.json' };

test.each([
  ['long flags', ['--config', 'c.json', '--state', 's.json', '--catalog', 'k.json']],
  ['flags with =', ['--config=c.json', '--state=s.json', '--catalog=k.json']],
  ['short flags and --properties', ['-c', 'c.json', '-s', 's.json', '-p', 'k.json']],
  ['--dev of singer-python', ['--dev', '-c', 'c.json', '-s', 's.json', '--properties=k.json']],
])('a sync is asked for with %s', (_how, argv) => {
  expect(run(...argv).result).toEqual(sync);
});

test('a sync needs only a config, and --config may be repeated', () => {
  expect(run('--config', 'a.json', '--config=ENV').result).toEqual({
    kind: 'sync',
    config: ['a.json', 'ENV'],
  });
});

test('--catalog counts more than its old name', () => {
  expect(run('-c', 'c', '-p', 'old', '--catalog', 'new').result).toMatchObject({ catalog: 'new' });
});

test('discovery takes the state and the catalog that it is given', () => {
  expect(run('--config', 'c.json', '--state', 's.json', '--catalog', 'k', '--discover').result).toEqual({
    kind: 'discover',
    config: ['c.json'],
    state: 's.json',
    catalog: 'k',
  });
  expect(run('-d').result).toEqual({ kind: 'discover', config: [] });
});

test('--about ignores every file', () => {
  const files = ['--config', 'C', '--catalog', 'Y', '--state', 'Z'];

  expect(run(...files, '--about', '--format=json').result).toEqual({ kind: 'about', format: 'json' });
  expect(run('--about').result).toEqual({ kind: 'about', format: 'text' });
});

test('--test reads records or writes schemas, wherever it is in the command line', () => {
  expect(run('--test', '--config', 'c').result).toEqual({ kind: 'test', level: 'all', config: ['c'] });
  expect(run('--config', 'c', '--test=schema', '--catalog', 'k').result).toEqual({
    kind: 'test',
    level: 'schema',
    config: ['c'],
    catalog: 'k',
  });
});

test('--select may be repeated, and have several patterns with commas', () => {
  const select = ['leads.*,!*.body_html', 'tasks'];
  const flags = select.map((pattern) => `--select=${pattern}`);

  expect(run('-c', 'c', ...flags).result).toEqual({ kind: 'sync', config: ['c'], select });
  expect(run('-c', 'c', '--test', ...flags).result).toMatchObject({ kind: 'test', select });
  expect(run('--discover', ...flags).result).toEqual({ kind: 'discover', config: [], select });
  expect(run('check', '-c', 'c', ...flags).result).toMatchObject({ kind: 'check', config: ['c'], select });
  expect(run('run', '-c', 'c', '-s', 's', ...flags, '--', 't').result).toMatchObject({ kind: 'run', select });
});

test.each([
  [['-c', 'c', '--select', 'leads', '--catalog', 'k'], 'tap-closeio'],
  [['-c', 'c', '--select', 'leads', '-p', 'k', '--test'], 'tap-closeio'],
  [['check', '-c', 'c', '--select', 'leads', '--catalog', 'k'], 'tap-closeio check'],
  [['run', '-c', 'c', '-s', 's', '--select', 'leads', '-p', 'k', '--', 't'], 'tap-closeio run'],
])('%j is a mistake, because it says twice what to read', (argv, command) => {
  const { result, err } = run(...argv);

  expect(result).toEqual({ exit: 2 });
  expect(err).toBe(
    `CRITICAL give either --select or --catalog: both say what to read; see ${command} --help\n`,
  );
});

test('discovery prints what is selected, and only reads a catalog to find mistakes in it', () => {
  expect(run('--discover', '--catalog', 'k', '--select', 'leads').result).toEqual({
    kind: 'discover',
    config: [],
    catalog: 'k',
    select: ['leads'],
  });
});

test('verify reads the ids from standard input if no file is named', () => {
  expect(run('verify', 'leads', '-c', 'c').result).toEqual({
    kind: 'verify',
    streams: ['leads'],
    config: ['c'],
    ids: '-',
    format: 'text',
  });
  expect(
    run('verify', '-c', 'c', '--ids', 'i', '-s', 's', '--repair', '-', '--list', 'l', '--select', 'leads')
      .result,
  ).toEqual({
    kind: 'verify',
    streams: [],
    config: ['c'],
    ids: 'i',
    state: 's',
    repair: '-',
    list: 'l',
    select: ['leads'],
    format: 'text',
  });
});

test('streams and their fields are listed', () => {
  expect(run('streams').result).toEqual({ kind: 'streams', format: 'text' });
  expect(run('fields', 'leads').result).toEqual({
    kind: 'fields',
    stream: 'leads',
    config: [],
    format: 'text',
  });
  expect(run('fields', '-c', 'c', 'leads', '--format=json').result).toEqual({
    kind: 'fields',
    stream: 'leads',
    config: ['c'],
    format: 'json',
  });
});

test.each(['--version', '-V', '-v'])('%s needs no other option', (flag) => {
  expect(run(flag).result).toEqual({ kind: 'version' });
});

test.each([
  [['help'], '--help'],
  [['help', 'run'], 'run --help'],
  [['help', 'state', 'show'], 'state show --help'],
  [['-c', 'c', 'help'], '--help'],
])('%j prints what %s prints', (argv, flag) => {
  const { result, out, err } = run(...argv);

  expect([result, err]).toEqual([{ exit: 0 }, '']);
  expect(out).toBe(run(...flag.split(' ')).out);
});

test('--help prints usage, examples and exit codes to standard output', () => {
  const { result, out, err } = run('--help');

  expect(result).toEqual({ exit: 0 });
  expect(err).toBe('');
  expect(out).toContain('Usage: tap-closeio --config <file>');
  expect(out).toContain('Exit codes:');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(100);
});

test.each([
  [['--confg', 'c'], "CRITICAL unknown option '--confg' (Did you mean --config?); see tap-closeio --help"],
  [['--config'], "CRITICAL option '-c, --config <file>' argument missing; see tap-closeio --help"],
  [['-c', 'c', '--select', ' , '], 'Give a pattern such as leads.* or contacts.name'],
  [['fields'], "missing required argument 'stream'"],
  [
    ['snyc'],
    "CRITICAL unknown command 'snyc': a sync needs no command: tap-closeio --config config.json; see",
  ],
  [['-c', 'c', 'sync'], "CRITICAL unknown command 'sync': a sync needs no command"],
  [['discover'], "'discover': it is an option: tap-closeio --config config.json --discover; see"],
  [['chekc'], "CRITICAL unknown command 'chekc' (Did you mean check?); see tap-closeio --help"],
  [['-c', 'c', 'chekc'], "CRITICAL unknown command 'chekc' (Did you mean check?)"],
  [['rnu', '-c', 'c', '--keep', '3', '--', 't'], "CRITICAL unknown command 'rnu' (Did you mean run?)"],
  [['staet', 'show', '-s', 's'], "CRITICAL unknown command 'staet' (Did you mean state?)"],
  [['target-jsonl'], "CRITICAL unknown argument 'target-jsonl'; see tap-closeio --help"],
  [
    ['c.json'],
    "unknown argument 'c.json': write the option before it, such as --config c.json; see tap-closeio --help",
  ],
  [['api_3Kx9Wm2Lq8Zt'], "unknown argument '[redacted]'; see"],
  [['help', 'chekc'], "CRITICAL unknown command 'chekc'"],
  [['-c', 'c', '--test=records'], 'Allowed choices are all, schema'],
  [['--about', '--format', 'xml'], 'Allowed choices are text, json, markdown'],
  [
    ['--state', 's.json'],
    'CRITICAL no --config given: write { "api_key": "api_..." } into config.json and run',
  ],
  [[], 'CRITICAL no --config given'],
  [['verify', 'leads'], 'into config.json and run tap-closeio verify leads --config config.json'],
  [
    ['verify', '-c', 'c', '--repair', '-', '--format', 'json'],
    '--format json and --repair - both write to standard output; name a file for one of them; see tap-closeio verify',
  ],
  [['check'], 'into config.json and run tap-closeio check --config config.json (or set TAP_CLOSEIO_API_KEY'],
])('%j gives a message of one line and exit code 2', (argv, complaint) => {
  const { result, out, err } = run(...argv);

  expect(result).toEqual({ exit: 2 });
  expect(out).toBe('');
  expect(err).toContain(complaint);
  expect(err.trimEnd()).not.toContain('\n');
});

const job = ['run', '-c', 'c.json', '--state', 's.json'];
const runs = {
  kind: 'run',
  config: ['c.json'],
  state: 's.json',
  keep: { copies: 14 },
  allowBackwards: false,
  targetTimeoutSeconds: 3600,
  graceSeconds: 60,
};

test.each([
  ['with --', ['--', 'target-x', '--config', 't.json', '--keep', '3', '--', '-h']],
  ['without --', ['target-x', '--config', 't.json', '--keep', '3', '--', '-h']],
])('everything after the name of the target goes to the target, %s', (_how, rest) => {
  const target = { file: 'target-x', args: ['--config', 't.json', '--keep', '3', '--', '-h'] };

  expect(run(...job, ...rest).result).toEqual({ ...runs, target });
});

test('run has options for states, time limits and a summary', () => {
  const how = [
    '--keep=0',
    '--allow-backwards',
    '--target-timeout',
    '0',
    '--grace',
    '5',
    '--properties',
    'k.json',
  ];

  expect(run(...job, ...how, '--config', 'b.json', '--', 't').result).toEqual({
    ...runs,
    config: ['c.json', 'b.json'],
    catalog: 'k.json',
    keep: { copies: 0 },
    allowBackwards: true,
    targetTimeoutSeconds: 0,
    graceSeconds: 5,
    target: { file: 't', args: [] },
  });
});

test('the files that Meltano names before a command are given to the command', () => {
  const files = ['--config', 'c', '--catalog', 'k', '--state', 's'];

  expect(run(...files, 'check').result).toEqual({
    kind: 'check',
    config: ['c'],
    catalog: 'k',
    format: 'text',
  });
  expect(run('-c', 'c', '-p', 'k', 'check').result).toEqual({
    kind: 'check',
    config: ['c'],
    catalog: 'k',
    format: 'text',
  });
  expect(run('-c', 'c', 'check', '-c', 'd').result).toEqual({
    kind: 'check',
    config: ['c', 'd'],
    format: 'text',
  });
  expect(run(...files, 'state', 'show').result).toEqual({ kind: 'state-show', state: 's', format: 'text' });
  expect(run(...files, 'state', 'show', '-s', 't').result).toMatchObject({ state: 't' });
  expect(run(...files, 'run', '--', 't').result).toMatchObject({ config: ['c'], state: 's', catalog: 'k' });
});

test('--keep accepts a number of days', () => {
  expect(run(...job, '--keep', '30d', '--', 't').result).toMatchObject({ keep: { days: 30 } });
});

test.each([
  [['show', '-s', 's.json'], { kind: 'state-show', state: 's.json', format: 'text' }],
  [
    ['reset', '-s', 's.json', 'leads', 'users', '--to', '2026-01-01'],
    {
      kind: 'state-reset',
      state: 's.json',
      streams: ['leads', 'users'],
      to: 1_767_225_600_000_000,
      keep: { copies: 14 },
    },
  ],
  [
    ['reset', '--all', '--state=s.json', '--keep', '2'],
    { kind: 'state-reset', state: 's.json', streams: 'all', to: null, keep: { copies: 2 } },
  ],
  [
    ['rotate', '-s', 's.json'],
    { kind: 'state-rotate', state: 's.json', in: '-', keep: { copies: 14 }, allowBackwards: false },
  ],
  [
    ['rotate', '-s', 's.json', '--in', 'out', '--allow-backwards'],
    { kind: 'state-rotate', state: 's.json', in: 'out', keep: { copies: 14 }, allowBackwards: true },
  ],
])('state %j', (argv, expected) => {
  expect(run('state', ...argv).result).toEqual(expected);
});

test.each([
  [[...job], 'no target given: write its command line after --'],
  [['run', '-c', 'c', '--', 't'], "required option '-s, --state <file>' not specified"],
  [['run', '-s', 's', '--', 't'], 'no --config given: write { "api_key": "api_..." } into config.json'],
  [['--discover', 'check', '-c', 'c'], "'--discover' cannot be used with a command; see tap-closeio --help"],
  [[...job, '--keep', '1001', '--', 't'], 'Give a number of states such as 14, or of days such as 30d'],
  [[...job, '--keep', '30 d', '--', 't'], 'Give a number of states such as 14, or of days such as 30d'],
  [[...job, '--keep', '-1', '--', 't'], 'Give a number of states such as 14, or of days such as 30d'],
  [[...job, '--wait', '--', 't'], "unknown option '--wait'"],
  [['state', 'reset', '-s', 's'], 'name the streams, or give --all'],
  [['state', 'reset', '-s', 's', '--all', 'leads'], 'name the streams, or give --all'],
  [['state', 'reset', '-s', 's', '--to', 'soon', 'leads'], 'Give a date such as'],
  [['state', 'forget', '-s', 's'], "unknown command 'forget'"],
  // A forgotten --in: to pass over it would be to read standard input.
  [['state', 'rotate', '-s', 's', 'out.jsonl'], "unknown argument 'out.jsonl'; see tap-closeio state rotate"],
  [['state', 'show', '-s', 's', 'leads'], "unknown argument 'leads'; see tap-closeio state show --help"],
  [['check', 'extra', '-c', 'c'], "unknown argument 'extra'; see tap-closeio check --help"],
  [['state', 'show'], "'-s, --state <file>' not specified; see tap-closeio state show --help"],
  [
    ['state', 'show', '-s', 's', '--format', 'xml'],
    'Allowed choices are text, json; see tap-closeio state show --help',
  ],
  [[...job, '--', ''], 'no target given: write its command line after --; see tap-closeio run --help'],
  // As scripts give a variable that is not set.
  [
    ['-c', ''],
    "option '-c, --config <file>' argument '' is invalid. Give the name of a file; see tap-closeio",
  ],
  [['-c', 'c', '--state', ''], "'-s, --state <file>' argument '' is invalid. Give the name of a file"],
  [['-c', 'c', '--catalog='], "'--catalog <file>' argument '' is invalid. Give the name of a file"],
  [['-c', 'c', '-p', ''], "'-p, --properties <file>' argument '' is invalid. Give the name of a file"],
  [['check', '-c', 'c', '-c', ''], "'-c, --config <file>' argument '' is invalid. Give the name of a file"],
  [['run', '-c', 'c', '--state', '', '--', 't'], "argument '' is invalid. Give the name of a file"],
  [
    ['state', 'rotate', '-s', 's', '--in', ''],
    "'--in <file>' argument '' is invalid. Give the name of a file",
  ],
])('%j is also a mistake', (argv, complaint) => {
  const { result, err } = run(...argv);

  expect(result).toEqual({ exit: 2 });
  expect(err).toContain(complaint);
});

test('--under-run says that run started the tap', () => {
  expect(run('-c', 'c.json', '--under-run').result).toEqual({
    kind: 'sync',
    config: ['c.json'],
    underRun: true,
  });
});

test('views needs a dialect and a catalog, which may be before the command, as Meltano puts it', () => {
  const views = { kind: 'views', dialect: 'duckdb', catalog: 'k' };

  expect(run('views', '--dialect', 'duckdb', '--catalog', 'k').result).toEqual(views);
  expect(run('-c', 'c', '--catalog', 'k', 'views', '--dialect=duckdb', '--schema=s').result).toEqual({
    ...views,
    schema: 's',
  });
  expect(run('views', '--catalog', 'k').err).toContain("required option '--dialect <dialect>' not specified");
  expect(run('views', '--dialect', 'mysql', '--catalog', 'k').err).toContain(
    'Allowed choices are postgres, duckdb',
  );
});

test.each([[['run']], [['views']], [['state', 'show']], [['state', 'reset']], [['state', 'rotate']]])(
  '%j has its own help, in lines of less than 100 characters',
  (argv) => {
    const { result, out } = run(...argv, '--help');

    expect(result).toEqual({ exit: 0 });
    expect(out).toContain(`Usage: tap-closeio ${argv.join(' ')}`);
    expect(Math.max(...out.split('\n').map((text) => text.length))).toBeLessThan(100);
  },
);
