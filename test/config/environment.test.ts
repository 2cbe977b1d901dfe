import { expect, test } from 'vitest';
import { configFromDotEnv, configFromEnvironment } from '../../src/config/environment.ts';

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
