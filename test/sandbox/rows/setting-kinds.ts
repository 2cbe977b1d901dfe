import { naive } from '../moments.ts';
import type { Row } from '../table.ts';
import { phoneNumber, phrase } from '../words.ts';
import { BULK_KINDS } from './bulk-kinds.ts';
import { OUTREACH_KINDS } from './outreach-kinds.ts';
import { kind, type SettingKind, undated } from './setting-kind.ts';

/** The names of the dates of comments and their threads. */
const COMMENTED: Row = {
  created_at: '2024-03-27T18:57:02.759492+00:00',
  updated_at: '2024-03-27T21:24:20.379507+00:00',
};

/** A secret in the key of each webhook, and in each address except the first. */
const SECRET = 'c0ffee5ec2e7';
const WEBHOOK_URLS = [
  'https://hooks.example.com/0',
  `https://close:${SECRET}@hooks.example.com/1?token=${SECRET}`,
  `https://hooks.example.com/2?token=${SECRET}#x@y`,
];

/** The small kinds that are only lists: how many rows there are, and what is in a row. */
export const SETTING_KINDS: readonly SettingKind[] = [
  ...OUTREACH_KINDS,
  ...BULK_KINDS,
  kind('unsubscribed_email', 'unsub', 4, ({ n }) => ({ ...undated, email: `gone${n}@example.com` }), null),
  kind('form', 'form', 5, ({ n }) => ({
    ...undated,
    name: `Form ${n}`,
    is_archived: n === 4,
    field_definitions: [
      { id: `formfld_${n}a`, name: 'email', type: 'email', choices: null },
      {
        id: `formfld_${n}b`,
        name: 'interest',
        type: 'select',
        choices: [{ label: 'Sales', value: 'sales' }],
      },
    ],
  })),
  kind(
    'comment_thread',
    'cthread',
    6,
    ({ n, id, user }) => ({
      ...undated,
      ...COMMENTED,
      lead_id: id('lead', n),
      object_type: 'activity.note',
      object_id: id('acti', n),
      num_comments: 1,
      participating: [user],
    }),
    null,
  ),
  kind(
    'comment',
    'comm',
    7,
    ({ n, id, random }) => ({
      ...COMMENTED,
      lead_id: id('lead', n % 6),
      thread_id: id('cthread', n % 6),
      $object_id: id('acti', n % 6),
      body: n === 6 ? '' : `<body>${phrase(random)}</body>`,
      mentions: [],
      removed_at: n === 6 ? '2024-04-02T09:00:00.000000+00:00' : null,
      removed_by: null,
    }),
    null,
  ),
  kind(
    'dialer_session',
    'dial',
    3,
    ({ n, id, user }) => ({
      ...undated,
      source_type: n === 2 ? 'shared-entry' : 'saved-search',
      source_value: id(n === 2 ? 'shared' : 'save', n),
      status: n === 0 ? 'active' : 'inactive',
      type: n === 1 ? 'predictive' : 'power',
      caller_id: n === 0 ? '' : '+14155550100',
      ring_mode: 'more-voicemails',
      music_preference: 'tone1',
      is_user_dependent: false,
      user_id: user,
      users: [{ user_id: user, is_active: n === 0, state: n === 0 ? 'waiting' : 'inactive' }],
    }),
    naive,
  ),
  kind(
    'webhook',
    'whsub',
    3,
    ({ n }) => ({
      organization_id: undefined,
      url: WEBHOOK_URLS[n],
      status: n === 2 ? 'paused' : 'active',
      events: [
        { object_type: 'lead', action: 'created', extra_filter: null },
        {
          object_type: 'activity.note',
          action: 'updated',
          extra_filter: { type: 'is_null', field: 'user_id' },
        },
      ],
      verify_ssl: n !== 1,
      counters: n === 0 ? {} : { first_fail: n },
      health_status: n === 0 ? 'healthy' : null,
      history: {
        errors:
          n === 0
            ? []
            : [
                {
                  attempt_number: 1,
                  datetime: '2026-06-19T12:11:39.429745+00:00',
                  error: 'HTTPError',
                  event_id: `ev_${n}`,
                  response_status_code: 404,
                },
              ],
        successes: [],
      },
      latest_error: n === 0 ? null : 'Exception name: HTTPError, Status code: 404',
      pause_reason: n === 2 ? 'api' : null,
      recent_consecutive_fail_buckets_cnt: n,
      signature_key: SECRET.repeat(4),
    }),
    naive,
  ),
  kind(
    'playbook',
    'convtyp',
    3,
    ({ n, id, user }) => ({
      ...undated,
      name: `Playbook ${n}`,
      description: n === 0 ? 'First talk' : null,
      summary_guidance: n === 0 ? 'What hurts, and what comes next' : null,
      custom_field_ids: n === 0 ? [id('cf', 0)] : [],
      outcome_ids: n === 0 ? [id('outcome', 0)] : [],
      position: n === 2 ? null : n,
      $is_archived: n === 2,
      archived_at: n === 2 ? '2026-05-29T11:00:00.000000+00:00' : null,
      archived_by_id: n === 2 ? user : null,
      created_at: `2026-05-0${n + 4}T10:30:00.000000+00:00`,
      updated_at: `2026-05-0${n + 4}T10:30:00.000000+00:00`,
      created_by_id: user,
      updated_by_id: user,
    }),
    null,
  ),
  kind(
    'scheduling_link',
    'schlnk',
    3,
    ({ n, user }) => ({
      ...undated,
      name: `Link ${n}`,
      description: n === 0 ? null : 'Find a time',
      url: `https://cal.example.com/${n}`,
      type: 'USER',
      source: ['MANUAL', 'THIRD_PARTY', 'CALENDLY'][n],
      source_id: n === 0 ? null : `source-${n}`,
      source_type: n === 0 ? null : 'Solo',
      oauth_client_id: n === 1 ? 'oa2client_1' : null,
      template_tag: null,
      user_id: user,
      duration_in_minutes: n === 0 ? null : 30,
    }),
    null,
  ),
  kind(
    'shared_scheduling_link',
    'schlnk',
    1,
    ({ n, id }) => ({
      ...undated,
      id: id('schlnk', 100 + n),
      name: `Team ${n}`,
      description: 'Meet one of us',
      url: null,
      type: 'SHARED',
      source: 'MANUAL',
      source_id: null,
      source_type: null,
      template_tag: `team_${n}`,
      user_id: null,
      duration_in_minutes: null,
    }),
    null,
  ),
  kind('blocked_phone_number', 'blkph', 2, ({ random, n }) => ({
    phone: phoneNumber(random),
    reason: n === 0 ? 'Spam' : 'Größter Störer',
  })),
  kind('lead_file', 'file', 6, ({ n, id }) => ({
    lead_id: id('lead', n % 4),
    name: `Angebot ${n}.pdf`,
    size: 1024 * (n + 1),
    content_type: 'application/pdf',
    checksum: `5f${n}`,
    download_url: `https://files.example.com/${n}?X-Amz-Signature=${SECRET}`,
    thumbnail_url: n === 0 ? null : `https://files.example.com/${n}.png?X-Amz-Signature=${SECRET}`,
    is_pinned: n === 1,
    last_activity_at: '2026-05-04T10:30:00.000000+00:00',
    last_object_id: n === 0 ? null : id('acti', n),
    last_object_type: n === 0 ? null : 'activity.email',
  })),
];
