import type { LoggedRequest, SandboxOptions } from '../sandbox/sandbox-options.ts';
import type { Account } from './busy-account.ts';

/** A defect of Close, and what the probes must say of it. */
export interface Trait {
  readonly called: string;
  readonly options?: Partial<SandboxOptions>;
  /** Changes the account itself. */
  readonly change?: (account: Account) => void;
  /** The probes that must fail, each with its verdict. No other probe may fail. */
  readonly found: Readonly<Record<string, 'handled' | 'does not hold'>>;
}

const HANDLED = 'handled';
const DOES_NOT = 'does not hold';
const HOUR_MS = 3_600_000;

const ignoring = (path: string, name: string) => ({ filtersIgnored: [`${path} ${name}`] });

const LISTS = [
  ['activities', '/activity/', 'date_created'],
  ['threads', '/activity/emailthread/', 'date_created'],
  ['tasks', '/task/', 'date_created'],
  ['opportunities', '/opportunity/', 'date_created'],
  ['events', '/event/', 'date_updated'],
] as const;

const ignoredBounds: readonly Trait[] = [
  ...LISTS.flatMap(([name, path, field]): Trait[] => [
    {
      called: `${path} ignores the lower bound`,
      options: ignoring(path, `${field}__gte`),
      found: { [`${name}-from`]: DOES_NOT },
    },
    {
      called: `${path} ignores the upper bound`,
      options: ignoring(path, `${field}__lt`),
      found: { [`${name}-until`]: DOES_NOT },
    },
  ]),
  ...(['tasks', 'opportunities'] as const).map((name): Trait => {
    const path = name === 'tasks' ? '/task/' : '/opportunity/';
    return {
      called: `${path} ignores the date of the last change`,
      options: ignoring(path, 'date_updated__gte'),
      found: { [`${name}-changed-from`]: HANDLED },
    };
  }),
  {
    called: 'a search ignores the lower bound',
    options: ignoring('/data/search/', 'date_updated__gte'),
    found: { 'search-from': DOES_NOT },
  },
  {
    called: 'a search ignores the upper bound',
    options: ignoring('/data/search/', 'date_updated__lt'),
    found: { 'search-until': HANDLED },
  },
];

const disorder: readonly Trait[] = [
  ...(['/activity/', '/activity/emailthread/', '/event/'] as const).map(
    (path): Trait => ({
      called: `${path} sends rows in no order`,
      options: { unordered: [path] },
      found: { [`${LISTS.find(([, of]) => of === path)?.[0]}-order`]: HANDLED },
    }),
  ),
  ...(['/task/', '/opportunity/'] as const).map(
    (path): Trait => ({
      called: `${path} ignores the order`,
      options: { orderIgnored: [`${path} _order_by`] },
      found: { [`${LISTS.find(([, of]) => of === path)?.[0]}-order`]: HANDLED },
    }),
  ),
  {
    called: 'short lists have another order each time',
    options: { plainOrder: 'shuffled' },
    found: { 'users-order': HANDLED },
  },
  {
    called: 'a search ignores the sort',
    options: { orderIgnored: ['/data/search/ sort'] },
    found: { 'search-order': HANDLED },
  },
  {
    called: 'a search sorts by one date',
    options: { searchSortKeys: 1 },
    found: { 'search-two-dates': HANDLED },
  },
  {
    called: 'a search does not sort',
    options: { searchSortKeys: 0 },
    found: { 'search-two-dates': HANDLED },
  },
];

const grains: readonly Trait[] = [
  {
    called: 'filters are exact to the minute',
    options: { filterGrain: 'minute' },
    found: { 'second-bounds': HANDLED },
  },
  {
    called: 'filters are exact to the second',
    options: { filterGrain: 'second' },
    found: { 'microsecond-bounds': HANDLED },
  },
  {
    called: 'filters are exact to the millisecond',
    options: { filterGrain: 'millisecond' },
    found: { 'microsecond-bounds': HANDLED },
  },
  {
    called: 'the search index keeps dates to the minute',
    options: { searchGrain: 'minute' },
    found: { 'search-second-bounds': DOES_NOT },
  },
];

const search: readonly Trait[] = [
  {
    called: 'a search refuses a field',
    options: { searchRefuses: ['description'] },
    found: { 'search-fields-taken': DOES_NOT },
  },
  {
    called: 'a search refuses many fields',
    options: {
      searchRefuses: ['name', 'url', 'addresses', 'status_id', 'contacts', 'created_by', 'html_url', 'tasks'],
    },
    found: { 'search-fields-taken': DOES_NOT },
  },
  {
    called: 'a search refuses the selector for custom fields',
    options: { searchRefuses: ['custom'] },
    found: { 'search-custom-taken': HANDLED },
  },
  {
    called: 'a search accepts few fields at once',
    options: { searchMostFields: 12 },
    found: { 'search-field-count': HANDLED },
  },
  {
    called: 'a search leaves out a field that is named',
    options: { searchUnsent: ['lead.addresses'] },
    found: { 'search-fields-brought': DOES_NOT },
  },
  {
    called: 'a search leaves out custom fields',
    options: { searchUnsent: ['lead.custom'] },
    found: { 'search-custom-brought': DOES_NOT },
  },
  {
    called: 'a search does not count',
    options: { searchCounts: false },
    found: { 'search-counts': HANDLED },
  },
  {
    called: 'a search sends no cursor',
    options: { searchCursor: 'absent' },
    found: { 'search-cursor-sent': DOES_NOT },
  },
  {
    called: 'a search ends after one page',
    options: { searchCursor: 'ends early' },
    found: { 'search-end': HANDLED },
  },
  {
    called: 'a cursor of a search leads to the same page',
    options: { searchCursor: 'endless' },
    found: { 'search-cursor': DOES_NOT },
  },
  {
    called: 'the index is hours late, and its rows are old',
    options: { indexLagMs: 3 * HOUR_MS, indexLagStyle: 'stale' },
    found: { 'search-index': HANDLED },
  },
  {
    called: 'the index is hours late, but its rows are new',
    options: { indexLagMs: 3 * HOUR_MS, indexLagStyle: 'hydrated' },
    found: { 'search-index': HANDLED, 'search-rows': HANDLED },
  },
];

const events: readonly Trait[] = [
  {
    called: 'the event log is closed to the key',
    options: { eventAccess: 'none' },
    found: { 'events-open': DOES_NOT, 'tables-open': DOES_NOT },
  },
  {
    called: 'the key is not one of an admin',
    options: { eventAccess: 'member' },
    found: { 'events-data': HANDLED },
  },
  {
    called: 'the event log keeps a week',
    options: { eventRetentionDays: 8 },
    found: { 'events-reach': DOES_NOT },
  },
  {
    called: 'cursors of the event log are refused',
    options: { eventCursor: 'refused' },
    found: { 'events-cursor': HANDLED },
  },
  {
    called: 'cursors of the event log lead to the same page',
    options: { eventCursor: 'endless' },
    found: { 'events-cursor-leads-on': DOES_NOT },
  },
  {
    called: 'dates of the event log are in another time zone',
    options: { eventZone: -8 },
    found: { 'events-utc': DOES_NOT },
  },
  {
    called: 'events appear late',
    options: { eventLagMs: 20 * 60_000 },
    found: { 'events-five-minutes': DOES_NOT },
  },
];

const emptied = (path: string) => (text: string, request: LoggedRequest) =>
  request.path === path ? '{"data":[],"has_more":false}' : text;

const content: readonly Trait[] = [
  {
    called: '_type=all is ignored',
    options: ignoring('/task/', '_type'),
    found: { 'tasks-of-all-kinds': DOES_NOT },
  },
  {
    called: 'there is an activity of an unknown type',
    change: ({ sandbox: { organisation } }) => organisation.create('activity', { _type: 'Note' }),
    options: {
      onAnswer: (text, { path }) =>
        path === '/activity/' ? text.replace('"_type":"Note"', '"_type":"Hologram"') : text,
    },
    found: { 'known-kinds': HANDLED },
  },
  {
    called: 'a column is no longer sent',
    options: { unsentFields: ['lead.contacts'] },
    found: { 'columns-sent': DOES_NOT },
  },
  {
    called: 'custom fields have no definitions',
    options: { onAnswer: emptied('/custom_field/lead/') },
    found: { 'fields-defined': HANDLED },
  },
  {
    called: '/activity/ shows e-mail threads',
    options: { emailThreadsByDefault: true },
    found: { 'threads-apart': HANDLED },
  },
  {
    called: 'lists do not say whether there are more rows',
    options: { onAnswer: (text) => text.replace(/,"has_more":(true|false)/, '') },
    found: { 'lists-say-more': DOES_NOT },
  },
];

const requests: readonly Trait[] = [
  ...(
    [
      ['activities', '/activity/', DOES_NOT],
      ['leads', '/lead/', HANDLED],
      ['contacts', '/contact/', HANDLED],
      ['opportunities', '/opportunity/', HANDLED],
    ] as const
  ).map(
    ([name, path, verdict]): Trait => ({
      called: `${path} ignores id__in`,
      options: ignoring(path, 'id__in'),
      found: { [`ids-of-${name}`]: verdict },
    }),
  ),
  {
    called: 'a POST never counts as a GET',
    options: { methodOverride: false },
    found: { 'ids-by-post': DOES_NOT },
  },
  { called: 'pages are small', options: { maxLimit: { '/task/': 60 } }, found: { 'page-sizes': HANDLED } },
  {
    called: 'pages of users are small',
    options: { maxLimit: { '/user/': 500 } },
    found: { 'page-sizes': HANDLED },
  },
  {
    called: 'pages of tasks are small, and the key may not read contacts',
    options: { maxLimit: { '/task/': 60 }, forbidden: ['/contact/'] },
    found: { 'page-sizes': HANDLED },
  },
  { called: '_skip has a low limit', options: { maxSkip: { '*': 1000 } }, found: { 'skip-reach': HANDLED } },
  {
    called: 'answers have no rate limit headers',
    options: { rateLimit: undefined },
    found: { 'rate-limit-headers': HANDLED },
  },
  {
    called: "this machine's clock is ahead",
    options: { clockSkewMs: -10 * 60_000 },
    found: { clocks: HANDLED },
  },
  { called: "Close's clock is ahead", options: { clockSkewMs: 10 * 60_000 }, found: { clocks: HANDLED } },
  {
    called: 'a table is closed to the key',
    options: { forbidden: ['/user/'] },
    found: { 'tables-open': DOES_NOT },
  },
  {
    called: 'the account has no such table',
    options: { missing: ['/task/'] },
    found: { 'tables-open': DOES_NOT },
  },
];

/** All defects. Each is tried alone. */
export const traits: readonly Trait[] = [
  ...ignoredBounds,
  ...disorder,
  ...grains,
  ...search,
  ...events,
  ...content,
  ...requests,
];
