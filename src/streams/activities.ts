import { byWindow } from '../close/by-window.ts';
import { rfc2822ToRfc3339, SECOND } from '../time.ts';
import { customFieldColumns } from './custom-field-values.ts';
import { defineStream } from './define-stream.ts';

const ALL = '/activity/';
const THREADS = '/activity/emailthread/';

const TYPES = [
  'call',
  'created',
  'custom',
  'email',
  'emailthread',
  'form_submission',
  'lead_merge',
  'meeting',
  'note',
  'sms',
  'status_change/lead',
  'status_change/opportunity',
  'task_completed',
  'whatsapp_message',
];

const KINDS = new Set([
  'Call',
  'Created',
  'CustomActivity',
  'Email',
  'EmailThread',
  'FormSubmission',
  'LeadMerge',
  'LeadStatusChange',
  'Meeting',
  'Note',
  'OpportunityStatusChange',
  'SMS',
  'TaskCompleted',
  'WhatsAppMessage',
]);

/** The documentation has user objects here, the API sends their ids. */
const usersOf = (users: unknown): unknown =>
  Array.isArray(users) ? users.map((user) => (typeof user === 'string' ? { id: user } : user)) : users;

export const activities = defineStream({
  name: 'activities',
  keyProperties: ['id'],
  objectType: 'activity.',
  replication: { method: 'INCREMENTAL', key: 'date_created' },
  source: 'GET /activity/, /activity/emailthread/',
  cost: '1 per 100, and 1 per 50 late changes',
  walk: byWindow({
    path: ALL,
    field: 'date_created',
    limit: 100,
    // One row per conversation; the list of all activities has the single emails in their place.
    also: THREADS,
    partition: TYPES.map((type) => `/activity/${type}/`),
  }),
  lookBack: (config) => config.activitiesWindowSeconds * SECOND,
  looksBackFromStart: true,
  lateChanges: (objectType) => ({ list: objectType === 'activity.email_thread' ? THREADS : ALL }),
  kinds: { field: '_type', known: (kind) => KINDS.has(kind) },
  customFields: ['activity', 'shared'],
  columns: (names) => {
    const { derive, consumed } = customFieldColumns(names);
    return {
      derive: {
        ...derive,
        users: (row) => usersOf(row.users),
        'envelope.date': ({ date }) => (typeof date === 'string' ? rfc2822ToRfc3339(date) : null),
        'envelope.date_raw': ({ date }) => date,
      },
      consumed,
    };
  },
});
