import type { View, ViewColumn } from './view.ts';

const ACTIVITIES = 'current_activities';

const own = (name: string): ViewColumn => ({ name, sql: `a."${name}"`, of: [name] });
const named = (name: string, column: string): ViewColumn => ({ name, sql: `a."${column}"`, of: [column] });

/** When the activity took place. */
const happenedAt: ViewColumn = {
  name: 'happened_at',
  sql: 'coalesce(a."activity_at", a."date_created")',
  of: ['activity_at', 'date_created'],
};

const ofType = (name: string, type: string, about: string, columns: readonly ViewColumn[]): View => ({
  name,
  about,
  reads: { [ACTIVITIES]: ['_type'] },
  columns: [
    ...['id', 'lead_id', 'contact_id', 'user_id', 'user_name'].map(own),
    happenedAt,
    ...columns,
    ...['date_created', 'date_updated'].map(own),
  ],
  rest: (view) => `from ${view(ACTIVITIES)} as a\nwhere a."_type" = '${type}'`,
});

/** The cost of a call in dollars. Close sends US cents as text. If the text is not a number, the cost is null. */
const costInDollars: ViewColumn = {
  name: 'cost_usd',
  sql: `case when a."cost" ~ '^[0-9]{1,9}([.][0-9]{1,9})?$' then cast(a."cost" as decimal(18, 9)) * 0.01 end`,
  of: ['cost'],
};

const inner = (item: string, field: string): string => `${item}."value" ->> '${field}'`;

/** The views of activities by type, and of the lists inside them. */
export const activityViews: readonly View[] = [
  ofType('calls', 'Call', 'One row for each call. Durations are in seconds.', [
    ...['direction', 'status', 'disposition', 'duration', 'voicemail_duration', 'call_method'].map(own),
    ...['date_answered', 'outcome_id', 'local_phone', 'remote_phone', 'has_recording', 'recording_url'].map(
      own,
    ),
    own('note'),
    costInDollars,
  ]),
  ofType('emails', 'Email', 'One row for each e-mail message. E-mail threads are not included.', [
    ...['direction', 'status', 'subject', 'sender', 'to', 'cc', 'date_sent', 'thread_id', 'has_reply'].map(
      own,
    ),
    ...['template_id', 'template_name', 'sequence_id', 'sequence_name', 'bulk_email_action_id'].map(own),
    ...['body_preview', 'body_text'].map(own),
  ]),
  ofType('meetings', 'Meeting', 'One row for each meeting. Durations are in seconds.', [
    ...['title', 'status', 'starts_at', 'ends_at', 'duration', 'actual_duration', 'location'].map(own),
    ...['outcome_id', 'is_recurring', 'note'].map(own),
  ]),
  ofType('notes', 'Note', 'One row for each note.', ['title', 'note', 'pinned'].map(own)),
  ofType(
    'stage_changes',
    'OpportunityStatusChange',
    'One row for each time that an opportunity went from one status (stage) to another.',
    [
      own('opportunity_id'),
      ...['pipeline_id', 'pipeline_name', 'status_id', 'status_label', 'status_type'].flatMap((name) => [
        own(`old_${name}`),
        own(`new_${name}`),
      ]),
      named('value', 'opportunity_value'),
      named('value_currency', 'opportunity_value_currency'),
      named('value_period', 'opportunity_value_period'),
      named('confidence', 'opportunity_confidence'),
    ],
  ),
  {
    name: 'email_opens',
    about: 'One row for each time that an e-mail was opened.',
    reads: { [ACTIVITIES]: ['_type', 'id', 'opens'] },
    columns: [
      named('email_id', 'id'),
      ...['lead_id', 'contact_id', 'user_id', 'user_name', 'subject'].map(own),
      { name: 'opened_at', sql: `cast(${inner('o', 'opened_at')} as timestamp)` },
      ...['opened_by', 'ip_address', 'user_agent'].map((name) => ({ name, sql: inner('o', name) })),
    ],
    rest: (view, { items }) =>
      `from ${view(ACTIVITIES)} as a\n` +
      `cross join lateral ${items('a."opens"')} as o("value")\nwhere a."_type" = 'Email'`,
  },
  {
    name: 'meeting_attendees',
    about: 'One row for each person who is invited to a meeting.',
    reads: { [ACTIVITIES]: ['_type', 'id', 'attendees'] },
    columns: [
      named('meeting_id', 'id'),
      ...['lead_id', 'starts_at'].map(own),
      ...['email', 'name', 'status', 'user_id', 'contact_id'].map((name) => ({
        name,
        sql: inner('p', name),
      })),
      { name: 'is_organizer', sql: `cast(${inner('p', 'is_organizer')} as boolean)` },
    ],
    rest: (view, { items }) =>
      `from ${view(ACTIVITIES)} as a\n` +
      `cross join lateral ${items('a."attendees"')} as p("value")\nwhere a."_type" = 'Meeting'`,
  },
];
