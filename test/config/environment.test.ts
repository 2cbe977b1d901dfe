import { expect, test } from 'vitest';
import { configFromDotEnv, configFromEnvironment, logSettings } from '../../src/config/environment.ts';

const meltano = (formatter: object, level: string) => () =>
  JSON.stringify({
    version: 1,
    formatters: { singer_formatter: formatter },
    root: { level, handlers: ['console'] },
  });
const STRUCTURED = { '()': 'singer_sdk.logging.StructuredFormatter' };
const missing = (): string => {
  throw new Error('ENOENT');
};

test('by default the level is INFO, and lines are plain', () => {
  expect(logSettings({}, missing)).toEqual({
    level: 'info',
    format: 'plain',
    timestamps: null,
    problems: [],
  });
});

test('under Meltano, the log has the form that Meltano wants', () => {
  const env = { SINGER_SDK_LOG_CONFIG: 'log.json' };

  expect(logSettings(env, meltano(STRUCTURED, 'DEBUG'))).toMatchObject({
    level: 'debug',
    format: 'structured',
  });
  expect(logSettings(env, meltano({ format: '%(message)s' }, 'warning'))).toMatchObject({
    level: 'warning',
    format: 'plain',
  });
});

test('a variable counts more than Meltano, and the tap’s own variable more than the common one', () => {
  const read = meltano(STRUCTURED, 'DEBUG');
  const file = { SINGER_SDK_LOG_CONFIG: 'log.json' };

  expect(logSettings({ ...file, LOGLEVEL: 'ERROR' }, read).level).toBe('error');
  expect(logSettings({ ...file, LOGLEVEL: 'ERROR', TAP_CLOSEIO_LOGLEVEL: 'warn' }, read).level).toBe(
    'warning',
  );
});

test.each([
  missing,
  () => 'not: json',
  () => '[]',
  meltano(STRUCTURED, 'LOUD'),
  () => '{"root":{"level":10}}',
])('a file of Meltano that cannot be understood is ignored', (read) => {
  expect(logSettings({ SINGER_SDK_LOG_CONFIG: 'log.json' }, read)).toMatchObject({
    level: 'info',
    problems: [],
  });
});

test.each(['TAP_CLOSEIO_LOGLEVEL', 'LOGLEVEL'])('an unknown level in %s is reported', (name) => {
  expect(logSettings({ [name]: 'verbose' }, missing).problems).toEqual([
    `${name}: "verbose" is not one of NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL, SILENT`,
  ]);
});

test('an unknown level in the common variable does not matter if the tap’s own variable is set', () => {
  const env = { TAP_CLOSEIO_LOGLEVEL: 'silent', LOGLEVEL: 'trace' };

  expect(logSettings(env, missing)).toMatchObject({ level: 'silent', problems: [] });
});

test.each([
  ['true', true, []],
  ['0', false, []],
  ['', null, []],
  ['iso', null, [expect.stringMatching(/^TAP_CLOSEIO_LOG_TIMESTAMPS: "iso" is not one of .*TRUE/)]],
])('lines have a date if a variable says so: %j', (text, timestamps, problems) => {
  expect(logSettings({ TAP_CLOSEIO_LOG_TIMESTAMPS: text }, missing)).toMatchObject({ timestamps, problems });
});

test('the environment and a .env file give settings, and empty variables count as not set', () => {
  const env = {
    TAP_CLOSEIO_API_KEY: 'real',
    TAP_CLOSEIO_PAGE_SIZE: '',
    TAP_CLOSEIO__SELECT: '[]',
    PATH: '/bin',
  };
  const dotEnv = '# local\nTAP_CLOSEIO_API_KEY=file\nTAP_CLOSEIO_START_DATE="2025-01-01"\n';

  expect(configFromEnvironment(env)).toEqual({ api_key: 'real' });
  expect(configFromDotEnv(dotEnv)).toEqual({ api_key: 'file', start_date: '2025-01-01' });
});

test('an unknown TAP_CLOSEIO_ variable is kept, so that there can be a warning', () => {
  const env = {
    TAP_CLOSEIO_APIKEY: 'x',
    tap_closeio_start_date: '2025-01-01',
    TAP_CLOSEIO_PAGESIZE: '',
    TAP_CLOSEIO_LOGLEVEL: 'debug',
    TAP_CLOSEIO_LOG_TIMESTAMPS: 'true',
    TAP_CLOSEIO__SELECT: '["leads.*"]',
    TAP_CLOSEIO_PAGE_SIZE: '5',
  };

  expect(new Set(Object.keys(configFromEnvironment(env)))).toEqual(
    new Set(['page_size', 'TAP_CLOSEIO_APIKEY', 'tap_closeio_start_date']),
  );
});
