import { expect, test } from 'vitest';
import { logSettings } from '../../src/config/log-settings.ts';

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
