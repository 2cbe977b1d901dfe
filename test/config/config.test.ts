import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { settings } from '../../src/config/settings.ts';
import { UsageError } from '../../src/errors.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';

const NOW = parseInstant('2026-06-15T12:00:00Z') ?? 0;
const parse = (json: Readonly<Record<string, unknown>>) => parseConfig(json, 'config.json', NOW, '2.0.0');
const withKey = (options: object) => parse({ api_key: 'api_key.secret', ...options }).config;

const problemsOf = (json: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    parse(json);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
};

test('only a key is needed', () => {
  const { config, warnings } = parse({ api_key: ' api_key.secret\n' });

  expect(config).toEqual({
    api_key: 'api_key.secret',
    access_token: null,
    start_date: parseInstant('2025-06-15T12:00:00Z'),
    select: null,
    activities_window_seconds: 86_400,
    date_window: null,
    leads_overlap_seconds: 300,
    user_agent: 'tap-closeio/2.0.0',
    base_url: 'https://api.close.com/api/v1',
    page_size: null,
    max_concurrency: 24,
    request_timeout_seconds: 60,
    max_retries: 5,
    max_retry_seconds: 900,
    rate_limit_share: 0.9,
    validate_records: false,
    late_activity_changes: true,
    emit_deletes: false,
    activate_version: false,
    custom_field_columns: true,
    backfill_new_columns: false,
  });
  expect(warnings).toEqual([]);
  expect(Object.isFrozen(config)).toBe(true);
});

test('numbers and switches may be text, as in Meltano and old configs', () => {
  const config = withKey({
    start_date: '2025-01-01',
    activities_window_seconds: '3600',
    date_window: '15',
    rate_limit_share: '0.5',
    emit_deletes: 'true',
    custom_field_columns: 'False',
  });

  expect(config).toMatchObject({
    start_date: parseInstant('2025-01-01T00:00:00Z'),
    activities_window_seconds: 3600,
    date_window: 15,
    rate_limit_share: 0.5,
    emit_deletes: true,
    custom_field_columns: false,
  });
});

test.each<[unknown, readonly string[] | null]>([
  [
    ['leads.*', ' contacts.name,users'],
    ['leads.*', ' contacts.name,users'],
  ],
  ['leads,!event_log', ['leads,!event_log']],
  [' , ', null],
  [[], null],
])('the patterns of select may be %j', (select, read) => {
  expect(withKey({ select }).select).toEqual(read);
});

test('a setting that is null counts as absent', () => {
  expect(withKey({ start_date: null, access_token: null, page_size: null })).toEqual(withKey({}));
});

test('an access token may be given instead of a key, and an empty variable counts as absent', () => {
  expect(parse({ access_token: 'token', api_key: '' }).config).toMatchObject({
    api_key: null,
    access_token: 'token',
  });
});

test('all mistakes are reported at once, with the allowed ranges and without the values', () => {
  const problems = problemsOf({
    api_key: 'api_secret and more',
    start_date: '2027-01-01',
    activities_window_seconds: -1,
    date_window: 1.5,
    page_size: 'many',
    rate_limit_share: 0,
    emit_deletes: 'yes please',
    user_agent: 'me\r\nX-Evil: 1',
  });

  expect(problems).toEqual([
    'config.json: api_key: has characters that no key has; was something else pasted with it?',
    'config.json: activities_window_seconds: must be a whole number from 0 to 31536000',
    'config.json: date_window: must be a whole number from 1 to 3650',
    'config.json: emit_deletes: must be true or false',
    'config.json: page_size: must be a whole number from 1 to 200',
    'config.json: rate_limit_share: must be a number from 0.05 to 1',
    'config.json: user_agent: must be plain ASCII text without control characters',
    'config.json: start_date: must not be in the future',
  ]);
});

test.each<[Readonly<Record<string, unknown>>, string]>([
  [{}, 'api_key: is missing'],
  [{ api_key: '  ' }, 'api_key: is empty'],
  [{ api_key: 'a', access_token: 'b' }, 'api_key: give either api_key or access_token, not both'],
  [{ api_key: 12 }, 'api_key: must be a string'],
  [{ api_key: 'k', start_date: '2026-02-30' }, 'start_date: must be a date such as'],
  [{ api_key: 'k', start_date: 2025 }, 'start_date: must be a date such as'],
  [{ api_key: 'k', select: { leads: true } }, 'select: must be a string or a list of strings'],
  [{ api_key: 'k', select: [1] }, 'select: must be a string or a list of strings'],
  [{ api_key: 'k', max_retries: '' }, 'max_retries: must be a whole number from 0 to 20'],
])('%j is refused: %s', (json, problem) => {
  expect(problemsOf(json)).toEqual([expect.stringContaining(`config.json: ${problem}`)]);
});

test.each([
  ['https://api.example.com/v1///', 'https://api.example.com/v1'],
  ['http://127.0.0.1:8080/api/v1', 'http://127.0.0.1:8080/api/v1'],
  ['http://localhost:1/', 'http://localhost:1'],
  ['http://[::1]:1', 'http://[::1]:1'],
])('base_url may be %s', (given, used) => {
  expect(withKey({ base_url: given }).base_url).toBe(used);
});

test.each([
  ['http://api.close.com/api/v1', 'the key would be sent without encryption'],
  ['http://127.0.0.1.example.com', 'the key would be sent without encryption'],
  ['ftp://api.close.com', 'begins with https://'],
  ['api.close.com', 'begins with https://'],
  ['https://me:secret@api.close.com', 'must not have a user name or password'],
  ['https://api.close.com/?a=1', 'must not have a query'],
])('base_url may not be %s', (given, problem) => {
  expect(problemsOf({ api_key: 'k', base_url: given })).toEqual([expect.stringContaining(problem)]);
});

test('a setting that does not exist is a warning, with the setting that was probably meant', () => {
  const { warnings } = parse({
    api_key: 'k',
    startDate: '2025-01-01',
    activity_window_seconds: 1,
    zebra: 1,
  });

  expect(warnings).toEqual([
    'config.json: startDate: there is no such setting, so it is ignored; did you mean start_date?',
    'config.json: activity_window_seconds: there is no such setting, so it is ignored; did you mean activities_window_seconds?',
    'config.json: zebra: there is no such setting, so it is ignored',
  ]);
});

test('a variable that does not exist is a warning too, and the common prefix does not count as similar', () => {
  const { warnings } = parse({
    api_key: 'k',
    TAP_CLOSEIO_STARTDATE: 1,
    tap_closeio_page_size: 1,
    TAP_CLOSEIO_LOGLEVL: 1,
    TAP_CLOSEIO_ZEBRA: 1,
    TAP_CLOSEIO_PAGE_SIZE: 1,
  });

  expect(warnings).toEqual([
    'config.json: TAP_CLOSEIO_STARTDATE: there is no such setting, so it is ignored; did you mean TAP_CLOSEIO_START_DATE?',
    'config.json: tap_closeio_page_size: there is no such setting, so it is ignored; did you mean TAP_CLOSEIO_PAGE_SIZE?',
    'config.json: TAP_CLOSEIO_LOGLEVL: there is no such setting, so it is ignored; did you mean TAP_CLOSEIO_LOGLEVEL?',
    'config.json: TAP_CLOSEIO_ZEBRA: there is no such setting, so it is ignored',
    'config.json: TAP_CLOSEIO_PAGE_SIZE: there is no such setting, so it is ignored; did you mean page_size?',
  ]);
});

test('every setting is documented, and its documented default is the real one', () => {
  const real = new Map<string, unknown>(Object.entries(withKey({})));

  for (const setting of settings) {
    expect(setting.description, setting.name).toMatch(/^[A-Z].*\.$/);
    if (['api_key', 'start_date', 'user_agent'].includes(setting.name)) continue;
    expect(real.get(setting.name), setting.name).toBe(setting.default);
  }
  expect(settings.map(({ name }) => name).sort()).toEqual([...real.keys()].sort());
  expect(settings.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
    'api_key',
    'access_token',
  ]);
});

test('the sample config is valid', () => {
  const json: Readonly<Record<string, unknown>> = JSON.parse(
    readFileSync(new URL('../../sample-config.json', import.meta.url), 'utf8'),
  );

  expect(parse(json).warnings).toEqual([]);
});

test('an unknown name is reported if another setting is missing because of it', () => {
  expect(problemsOf({ apikey: 'x' })).toEqual([
    'config.json: api_key: is missing; create one in Close under Settings, Developer, API Keys',
    'config.json: apikey: there is no such setting, so it is ignored; did you mean api_key?',
  ]);
});

test('a problem names the file that the setting comes from', () => {
  const origins = new Map([
    ['api_key', 'a.json'],
    ['page_size', 'b.json'],
  ]);
  const parsing = () =>
    parseConfig({ api_key: '', page_size: 'many' }, 'a.json, b.json', NOW, '2.0.0', origins);

  expect(parsing).toThrow(/^a\.json: api_key: .*\nb\.json: page_size: /);
});
