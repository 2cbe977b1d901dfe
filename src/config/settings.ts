import { boolean, date, facts, integer, list, number, type SettingFacts, string } from './setting-kinds.ts';

/** A key may have only characters that a header may have, and no space. People often paste more than the key. */
const keyProblem = (key: string): string | null => {
  if (key === '') return null; // config.ts checks this, since it depends on the other kind of key.
  return /^[\x21-\x7e]+$/.test(key)
    ? null
    : 'has characters that no key has; was something else pasted with it?';
};

const userAgentProblem = (text: string): string | null =>
  /^[\x20-\x7e]+$/.test(text) ? null : 'must be plain ASCII text without control characters';

/** Whether a URL leads to this machine itself. */
export const isLoopback = ({ hostname }: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

const baseUrlProblem = (text: string): string | null => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be a URL that begins with https://';
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password';
  if (url.search !== '' || url.hash !== '') return 'must not have a query or a fragment';
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return 'must begin with https://, because the key would be sent without encryption';
  }
  return null;
};

/** Every setting of config.json, in the order of the table in `src/config/README.md`. */
export const configShape = {
  api_key: string(
    null,
    'The API key of a Close user (Settings, Developer, API Keys). Give this or access_token.',
    {
      secret: true,
      problem: keyProblem,
    },
  ),
  access_token: string(null, 'An OAuth access token, sent as a bearer token. Give this or api_key.', {
    secret: true,
    problem: keyProblem,
  }),
  start_date: date(
    'one year before the run',
    'The first run reads what changed since then. A date such as 2026-01-01, or a date-time in RFC 3339.',
  ),
  select: list(
    'Which streams and fields to read, as patterns: a list, or a text with commas, such as ' +
      'leads.*,contacts.name,!event_log. Without it, the default streams are read. --select and a catalog count more.',
  ),
  activities_window_seconds: integer(
    86_400,
    [0, 31_536_000],
    'How far before its bookmark each run reads activities again, since they may change later.',
  ),
  date_window: integer(
    null,
    [1, 3650],
    'The longest time window of activities, in days. Without it, the tap chooses the size of each window.',
  ),
  leads_overlap_seconds: integer(
    300,
    [0, 86_400],
    'How far before its bookmark each run reads leads, contacts and custom objects again, and how far that bookmark ' +
      'stays behind the start of a run, since the search index is late.',
  ),
  custom_field_columns: boolean(
    true,
    'Offer a column of its own, with a type, for each custom field of the account.',
  ),
  backfill_new_columns: boolean(
    false,
    'If a stream has columns that it did not have in the last run, read all of it again, once, so that older rows ' +
      'have values in them too. If off, the log says which columns are new.',
  ),
  late_activity_changes: boolean(
    true,
    'Find in the event log what was missed, and read it: activities that are older than the look-back and changed or ' +
      'arrived since; leads, contacts, opportunities and custom objects that the search index did not have yet. If ' +
      'off, every run reads leads, contacts and custom objects six hours further back.',
  ),
  emit_deletes: boolean(
    false,
    'Emit a record with the key and _sdc_deleted_at for each object that the event log says was deleted or merged.',
  ),
  activate_version: boolean(
    false,
    'Send ACTIVATE_VERSION after a stream that is read in full, so that targets delete the rows that are gone.',
  ),
  validate_records: boolean(false, 'Check every record against its schema before it is written.'),
  page_size: integer(
    null,
    [1, 200],
    'The largest page of a list or search, in records. Without it, as many as each endpoint allows.',
  ),
  max_concurrency: integer(24, [1, 64], 'How many requests may run at the same time.'),
  rate_limit_share: number(
    0.9,
    [0.05, 1],
    'The part of each rate limit that this run may use, if Close states the limit. The rest is for other programs.',
  ),
  request_timeout_seconds: integer(
    60,
    [1, 600],
    'How long to wait for an answer to begin, or to continue, before the request is sent again. The whole answer may take three times as long.',
  ),
  max_retries: integer(
    5,
    [0, 20],
    'How often a failed request is sent again, while Close answers others, before its stream fails.',
  ),
  max_retry_seconds: integer(
    900,
    [0, 86_400],
    'How long to wait if Close does not answer at all, counted from its last answer.',
  ),
  user_agent: string(null, 'The User-Agent header, which tells Close who sends the requests.', {
    computed: 'tap-closeio/<version>',
    problem: userAgentProblem,
  }),
  base_url: string(
    'https://api.close.com/api/v1',
    'The address of the API. http:// is allowed only for this machine, for tests.',
    {
      problem: baseUrlProblem,
    },
  ),
};

/** One setting of config.json. */
export interface Setting extends SettingFacts {
  readonly name: string;
}

/** Every setting, for `--about`, which makes the table in `src/config/README.md`. */
export const settings: readonly Setting[] = Object.entries(configShape).flatMap(([name, schema]) => {
  const known = facts.get(schema);
  return known ? [{ name, ...known }] : [];
});

/** The settings that are secret: one of them gives access to the account. */
export const CREDENTIALS: readonly string[] = settings.filter(({ secret }) => secret).map(({ name }) => name);
