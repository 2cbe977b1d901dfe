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

test('by default information is logged, in plain lines', () => {
  expect(logSettings({}, missing)).toEqual({
    level: 'info',
    format: 'plain',
    timestamps: null,
    problems: [],
  });
});

test('under Meltano the log is as Meltano wants it', () => {
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

test('a variable outweighs Meltano, the tap’s own outweighs the common one', () => {
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
])('a file of Meltano that makes no sense stops nothing', (read) => {
  expect(logSettings({ SINGER_SDK_LOG_CONFIG: 'log.json' }, read)).toMatchObject({
    level: 'info',
    problems: [],
  });
});

test.each(['TAP_CLOSEIO_LOGLEVEL', 'LOGLEVEL'])('a level in %s that there is not is told', (name) => {
  expect(logSettings({ [name]: 'verbose' }, missing).problems).toEqual([
    `${name}: "verbose" is not one of NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL, SILENT`,
  ]);
});

test('a common level that makes no sense does not matter beside one for the tap alone', () => {
  const env = { TAP_CLOSEIO_LOGLEVEL: 'silent', LOGLEVEL: 'trace' };

  expect(logSettings(env, missing)).toMatchObject({ level: 'silent', problems: [] });
});

test.each([
  ['true', true, []],
  ['0', false, []],
  ['', null, []],
  ['iso', null, [expect.stringMatching(/^TAP_CLOSEIO_LOG_TIMESTAMPS: "iso" is not one of .*TRUE/)]],
])('lines are dated when a variable asks for it: %j', (text, timestamps, problems) => {
  expect(logSettings({ TAP_CLOSEIO_LOG_TIMESTAMPS: text }, missing)).toMatchObject({ timestamps, problems });
});

test('the environment is a config, as a .env file is, and empty variables are not set', () => {
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

test('a variable that looks like ours and means nothing is kept, to warn of it', () => {
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
