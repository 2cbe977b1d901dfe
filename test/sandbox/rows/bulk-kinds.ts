import type { Row } from '../table.ts';
import { kind, type SettingKind, type SettingScope } from './setting-kind.ts';

const QUERY = { type: 'and', queries: [{ type: 'object_type', object_type: 'lead' }] };
const SORT = [
  {
    direction: 'desc',
    field: { type: 'regular_field', object_type: 'lead', field_name: 'date_created' },
  },
];

/** The first one of each kind is done. The others have begun, and their objects are not counted yet. */
const bulk =
  (more: (scope: SettingScope) => Row) =>
  (scope: SettingScope): Row => {
    const done = scope.n === 0;
    return {
      s_query: QUERY,
      query: done ? 'lead_status:Potential' : null,
      sort: done ? [] : SORT,
      results_limit: done ? null : 50,
      status: done ? 'done' : 'created',
      n_leads: done ? 12 : null,
      n_leads_processed: done ? 12 : 0,
      n_objects: done ? 12 : null,
      n_objects_processed: done ? 12 : 0,
      send_done_email: done,
      ...more(scope),
    };
  };

/** Actions on many objects at once, and exports. */
export const BULK_KINDS: readonly SettingKind[] = [
  kind(
    'bulk_email',
    'bulkemail',
    3,
    bulk(({ n, id }) => ({
      template_id: n === 2 ? null : id('tmpl', n),
      contact_preference: n === 2 ? null : 'lead',
      email_account_id: id('emailacct', 0),
      sender: 'A B <user0@example.com>',
    })),
  ),
  kind(
    'bulk_edit',
    'bulkedit',
    3,
    bulk(({ n, id }) => ({
      type: n === 1 ? 'set_custom_field' : 'set_lead_status',
      lead_status_id: n === 1 ? null : id('stat', 0),
      custom_field_name: n === 1 ? 'Größe' : null,
      custom_field_value: n === 1 ? 'XL' : null,
    })),
  ),
  kind(
    'bulk_delete',
    'bulkdelete',
    1,
    bulk(() => ({ bulk_object_type: 'lead' })),
  ),
  kind(
    'bulk_sequence_subscription',
    'bulkseqsub',
    2,
    bulk(({ n, id, user }) => ({
      action_type: n === 0 ? 'subscribe' : 'pause',
      sequence_id: n === 0 ? id('seq', 0) : null,
      contact_preference: n === 0 ? 'contact' : null,
      calls_assigned_to: n === 0 ? [user] : null,
      from_phone_number_id: null,
      sender_account_id: n === 0 ? id('emailacct', 0) : null,
      sender_email: n === 0 ? 'user0@example.com' : null,
      sender_name: n === 0 ? 'A B' : null,
    })),
  ),
  kind('export', 'expo', 4, ({ n, id }) => ({
    type: ['leads', 'opps', 'contacts', 'lead_opps'][n],
    format: n === 2 ? 'json' : 'csv',
    // Only exports as text have a format for dates.
    ...(n !== 2 && { date_format: 'iso8601' }),
    ...(n === 1
      ? { params: { status_id: id('stat', 100) } }
      : { s_query: QUERY, sort: SORT, results_limit: null }),
    fields: ['id', 'date_created', 'date_updated'],
    status: n === 3 ? 'in_progress' : 'done',
    download_url:
      n === 3 ? null : `https://exports.example.com/${id('expo', n)}?X-Amz-Signature=${'ab12'.repeat(16)}`,
    n_docs: n === 3 ? null : 10,
    n_docs_processed: n === 3 ? 0 : 10,
    send_done_email: false,
  })),
];
