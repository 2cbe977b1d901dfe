import { EVENT_LOG, isOfType } from '../close/event-log.ts';
import { byEvents } from '../close/walks/by-events.ts';
import { defineStream, type RowValues } from './define-stream.ts';

/** The known kinds of objects. If a name ends with a dot, all kinds that begin with it are known. */
const KINDS = [
  'activity.',
  'bulk_action.',
  'comment',
  'comment_thread',
  'contact',
  'custom_activity_type',
  'custom_fields.',
  'custom_object',
  'custom_object_type',
  'email_template',
  'export',
  'group',
  'import',
  'lead',
  'membership',
  'opportunity',
  'phone_number',
  'saved_search',
  'sequence',
  'sequence_subscription',
  'sms_template',
  'status.',
  'task.',
  'unsubscribed_email',
];

const isKnown = (kind: string): boolean => KINDS.some((known) => isOfType(kind, known));

const isAboutWebhook = ({ object_type: kind }: RowValues): boolean =>
  typeof kind === 'string' && kind.startsWith('webhook');

export const eventLog = defineStream({
  name: 'event_log',
  keyProperties: ['id'],
  replication: { method: 'INCREMENTAL', key: EVENT_LOG.field },
  requests: [{ to: `GET ${EVENT_LOG.path}`, per: EVENT_LOG.limit, rows: 'new' }],
  needs: 'access to the event log',
  kinds: { field: 'object_type', known: isKnown },
  // `data` and `previous_data` are not here, because a key without admin rights sees them for an hour only.
  always: [
    'action',
    'changed_fields',
    'date_created',
    'lead_id',
    'meta',
    'object_id',
    'object_type',
    'organization_id',
    'request_id',
    'user_id',
  ],
  walk: byEvents(),
  byIds: [{ one: EVENT_LOG.path }],
  columns: () => ({ originsOnly: isAboutWebhook }),
  margin: EVENT_LOG.lateness,
  reach: EVENT_LOG.reach,
  showsChanges: true,
});
