import { boolean, date, facts, integer, list, number, type SettingFacts, string } from './setting-kinds.ts';

/** Only characters that a header may have, and no space: a pasted key is often followed by half a sentence. */
const keyProblem = (key: string): string | null => {
  if (key === '') return null; // config.ts says so, as it depends on the other kind
  return /^[\x21-\x7e]+$/.test(key)
    ? null
    : 'holds characters that no key has; was something else pasted with it?';
};

const userAgentProblem = (text: string): string | null =>
  /^[\x20-\x7e]+$/.test(text) ? null : 'must be plain ASCII text without control characters';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const baseUrlProblem = (text: string): string | null => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be a URL that begins with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.search !== '' || url.hash !== '') return 'must not have a query or a fragment';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    return 'must begin with https://, or the key would travel in clear';
  }
  return null;
};

/** Every option of config.json, in the order in which a person would read about them. */
export const configShape = {
  api_key: string(null, 'API key of a Close user (Settings, Developer, API Keys); this or access_token.', {
    secret: true,
    problem: keyProblem,
  }),
  access_token: string(null, 'OAuth access token, sent as a bearer token; this or api_key.', {
    secret: true,
    problem: keyProblem,
  }),
  start_date: date(
    'one year before the run',
    'The first run reads what changed since then: a date, or a date-time as RFC 3339 writes it.',
  ),
  select: list(
    'Which streams and fields to read, as patterns: a list, or a text with commas, such as ' +
      'leads.*,contacts.name,!event_log. When absent, the streams that are selected by default. --select wins over it, ' +
      'and so does a catalog.',
  ),
  activities_window_seconds: integer(
    86_400,
    [0, 31_536_000],
    'How far behind its bookmark each run reads activities again, since Close lets them change afterwards.',
  ),
  date_window: integer(
    null,
    [1, 3650],
    'The most days that one window of activities may span; when absent, windows are sized from what is found.',
  ),
  leads_overlap_seconds: integer(
    300,
    [0, 86_400],
    'How far behind its bookmark each run reads leads, contacts and custom objects again, and how far that bookmark ' +
      'stays behind the start of a run, since the search index lags behind.',
  ),
  custom_field_columns: boolean(true, 'Offer each custom field of the account as a typed column of its own.'),
  backfill_new_columns: boolean(
    false,
    'When a stream has columns that it did not have in the last run, read all of it again by itself, once, so that ' +
      'older rows have them too. When off, the log says so.',
  ),
  late_activity_changes: boolean(
    true,
    'Use the event log to find what was missed, and read it too: activities that changed or arrived behind the ' +
      'look-back; leads, contacts, opportunities and custom objects that the search index did not have yet. When off, ' +
      'leads, contacts and custom objects are read six hours further back in every run.',
  ),
  emit_deletes: boolean(
    false,
    'Emit what was deleted or merged away as records with a key and _sdc_deleted_at, as the event log tells it.',
  ),
  activate_version: boolean(
    false,
    'Send ACTIVATE_VERSION after a full table, on which targets delete the rows that are gone.',
  ),
  validate_records: boolean(false, 'Check every record against its schema before it is written.'),
  page_size: integer(
    null,
    [1, 200],
    'The most records per page of a list or search; when absent, as many as each endpoint allows.',
  ),
  max_concurrency: integer(24, [1, 64], 'The most requests that may be under way at once.'),
  rate_limit_share: number(
    0.9,
    [0.05, 1],
    'The part of each rate limit that this run may use, where Close states it; the rest is left to other programs.',
  ),
  request_timeout_seconds: integer(
    60,
    [1, 600],
    'How long an answer may take to begin, or to go on, before the request is retried; all of it may take three times as long.',
  ),
  max_retries: integer(
    5,
    [0, 20],
    'How often a request that fails is repeated before its stream is given up, while Close answers others.',
  ),
  max_retry_seconds: integer(
    900,
    [0, 86_400],
    'How long an outage, in which Close answers nothing, is waited out, counted from its last answer.',
  ),
  user_agent: string(null, 'The User-Agent header: who Close sees calling.', {
    computed: 'tap-closeio/<version>',
    problem: userAgentProblem,
  }),
  base_url: string(
    'https://api.close.com/api/v1',
    'Where the API is; http:// only on this machine, for tests.',
    {
      problem: baseUrlProblem,
    },
  ),
};

/** One option of config.json. */
export interface Setting extends SettingFacts {
  readonly name: string;
}

/** Every option, for `--about` and the README. */
export const settings: readonly Setting[] = Object.entries(configShape).flatMap(([name, schema]) => {
  const known = facts.get(schema);
  return known ? [{ name, ...known }] : [];
});
