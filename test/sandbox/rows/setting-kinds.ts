import { naive } from '../moments.ts';
import type { Row } from '../table.ts';
import { phoneNumber, phrase } from '../words.ts';
import { OUTREACH_KINDS } from './outreach-kinds.ts';
import { kind, type SettingKind, undated } from './setting-kind.ts';

const bulk = (extra: Row) => (): Row => ({
  s_query: null,
  query: '',
  status: 'done',
  n_leads: 12,
  n_objects: 12,
  n_leads_processed: 12,
  n_objects_processed: 12,
  results_limit: null,
  send_done_email: true,
  ...extra,
});

/** Comments and their threads call their dates so. */
const COMMENTED: Row = {
  created_at: '2024-03-27T18:57:02.759492+00:00',
  updated_at: '2024-03-27T21:24:20.379507+00:00',
};

/** The small kinds that are only lists: how many there are and what a row holds. */
export const SETTING_KINDS: readonly SettingKind[] = [
  ...OUTREACH_KINDS,
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
    'dialer',
    'dial',
    3,
    ({ n, user }) => ({
      source_type: 'saved-search',
      source_value: `save_${n}`,
      status: 'finished',
      type: 'power',
      user_ids: [user],
      is_seen: true,
    }),
    naive,
  ),
  kind(
    'bulk_email',
    'bulkemail',
    3,
    bulk({ template_id: null, contact_preference: 'lead', sender: 'A B <user0@example.com>' }),
  ),
  kind('bulk_edit', 'bulkedit', 3, bulk({ type: 'set_lead_status', lead_status_id: null })),
  kind('bulk_delete', 'bulkdelete', 1, bulk({})),
  kind('bulk_subscription', 'bulksub', 2, bulk({ action_type: 'subscribe', sequence_id: null })),
  kind('export', 'export', 4, ({ n }) => ({
    type: n % 2 ? 'opportunities' : 'leads',
    format: 'json',
    status: 'done',
    query: '',
    download_url: null,
    n_docs: 10,
    n_docs_processed: 10,
  })),
  kind(
    'webhook',
    'whsub',
    2,
    ({ n }) => ({
      url: `https://hooks.example.com/${n}`,
      status: 'active',
      events: [{ object_type: 'lead', action: 'created', extra_filter: null }],
      verify_ssl: true,
      api_key_id: null,
    }),
    naive,
  ),
  kind(
    'playbook',
    'playbook',
    3,
    ({ n }) => ({ name: `Playbook ${n}`, position: n, is_archived: false }),
    naive,
  ),
  kind(
    'scheduling_link',
    'schlink',
    3,
    ({ n, user }) => ({
      name: `Link ${n}`,
      url: `https://cal.example.com/${n}`,
      user_id: user,
      duration_in_minutes: 30,
    }),
    naive,
  ),
  kind(
    'shared_scheduling_link',
    'sschlink',
    1,
    ({ n }) => ({ name: `Team ${n}`, url: 'https://cal.example.com/team' }),
    naive,
  ),
  kind(
    'blocked_phone_number',
    'blocked',
    2,
    ({ random }) => ({ phone_number: phoneNumber(random), label: null, type: 'call' }),
    naive,
  ),
];
