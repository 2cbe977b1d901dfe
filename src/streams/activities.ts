import { IDS_PER_REQUEST } from '../close/ask-by-ids.ts';
import { fillIn, type NamedField } from '../close/fill-in.ts';
import type { Row } from '../close/row.ts';
import { byWindow } from '../close/walks/by-window.ts';
import { SECOND } from '../time/instant.ts';
import { rfc2822ToRfc3339 } from '../time/mail-date.ts';
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
  'import_update',
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
  'ImportUpdate',
  'LeadMerge',
  'LeadStatusChange',
  'Meeting',
  'Note',
  'OpportunityStatusChange',
  'SMS',
  'TaskCompleted',
  'WhatsAppMessage',
]);

/** A list of objects. Close sends some of them, or once sent them, as the text of one field only; these become objects too. */
const objectsOf = (list: unknown, field: string): unknown =>
  Array.isArray(list) ? list.map((item) => (typeof item === 'string' ? { [field]: item } : item)) : list;

const isOver = ({ status }: Row): boolean =>
  status !== 'upcoming' && status !== 'canceled' && !String(status).startsWith('declined');

/** Close sends transcripts only when they are asked for by name. */
const TRANSCRIPTS: readonly NamedField[] = [
  {
    name: 'recording_transcript',
    // Recordings expire, but their transcripts may be kept longer.
    mayHave: ({ _type, duration, has_recording, recording_url }) =>
      _type === 'Call' &&
      (Number(duration) > 0 || has_recording === true || typeof recording_url === 'string'),
    path: `${ALL}call/`,
  },
  {
    name: 'voicemail_transcript',
    mayHave: ({ _type, voicemail_duration, voicemail_url }) =>
      _type === 'Call' && (Number(voicemail_duration) > 0 || typeof voicemail_url === 'string'),
    path: `${ALL}call/`,
  },
  {
    name: 'transcripts',
    mayHave: (row) => row._type === 'Meeting' && isOver(row),
    path: `${ALL}meeting/`,
  },
];

export const activities = defineStream({
  name: 'activities',
  keyProperties: ['id'],
  objectType: 'activity.',
  replication: { method: 'INCREMENTAL', key: 'date_created' },
  requests: [
    { to: `GET ${ALL}`, per: 100 },
    { to: `GET ${THREADS}`, per: 100 },
  ],
  costsBesides: `1 per ${IDS_PER_REQUEST} late changes; with transcripts, 1 more per ${IDS_PER_REQUEST} calls and meetings, or 1 for each`,
  walk: byWindow({
    path: ALL,
    field: 'date_created',
    limit: 100,
    // One row for each conversation. The list of all activities has the single e-mails instead.
    also: THREADS,
    partition: TYPES.map((type) => ({ path: `/activity/${type}/` })),
  }),
  lookBack: (config) => config.activities_window_seconds * SECOND,
  looksBackFromStart: true,
  unreadByPythonTap: 'e-mail threads',
  lateChanges: (objectType) => ({ list: objectType === 'activity.email_thread' ? THREADS : ALL }),
  byIds: [{ list: ALL }, { list: THREADS }],
  byName: {
    columns: TRANSCRIPTS.map(({ name }) => name),
    fillIn: (context) => fillIn(ALL, TRANSCRIPTS, context),
  },
  kinds: { field: '_type', known: (kind) => KINDS.has(kind) },
  always: [
    '_type',
    'activity_at',
    'created_by',
    'date_updated',
    'lead_id',
    'organization_id',
    'updated_by',
    'user_id',
  ],
  customFields: ['activity', 'shared'],
  columns: (names) => {
    const { derive, consumed } = customFieldColumns(names);
    return {
      derive: {
        ...derive,
        // The documentation says that these are user objects, but the API sends their ids.
        users: (row) => objectsOf(row.users, 'id'),
        conference_links: (row) => objectsOf(row.conference_links, 'url'),
        // The schema of this field has no format, because singer-check-tap fails if a date-time is inside a null object.
        'envelope.date': ({ date }) => (typeof date === 'string' ? rfc2822ToRfc3339(date) : null),
        'envelope.date_raw': ({ date }) => date,
      },
      consumed,
    };
  },
  money: { opportunity_value: 'opportunity_value_currency' },
  note: 'Transcripts are not read by default. They are read when you select their columns, or all of activities by a pattern.',
});
