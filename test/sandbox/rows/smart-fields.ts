import { ACTIVITY_TYPES } from '../kinds.ts';
import { DAY, dateOnly, zoned } from '../moments.ts';
import { createRandom, type Random } from '../random.ts';
import { type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { phrase } from '../words.ts';

/** Fields that Close computes for a lead. They are sent only if they are named, or with `_fields=_all`. */
const COUNTS = [
  ...['incoming_calls', 'outgoing_calls', 'missed_calls', 'sent_emails', 'received_emails', 'sent_sms'],
  ...['received_sms', 'completed_meetings', 'upcoming_meetings', 'completed_tasks', 'incomplete_tasks'],
  ...['addresses', 'active_opportunities', 'won_opportunities', 'lost_opportunities'],
  // The fields below are not documented.
  ...['whatsapp_messages', 'forms_filled', 'unread_emails'],
].map((name) => `num_${name}`);

const MOMENTS = [
  ...['first', 'last'].flatMap((which) =>
    ['incoming', 'outgoing'].flatMap((way) =>
      ['call', 'email', 'sms', 'whatsapp_message'].map((kind) => `${which}_${way}_${kind}_date`),
    ),
  ),
  ...['first_communication_date', 'last_communication_date', 'last_activity_date', 'last_call_created'],
  ...['last_email_date', 'email_last_opened', 'last_lead_status_change_date'],
  ...['last_opportunity_status_change_date', 'primary_opportunity_created', 'primary_opportunity_updated'],
];

const DAYS = ['next_task_date', 'next_task_due_date', 'primary_opportunity_date_won', 'contract_end_date'];

const TEXTS = [
  ...['first', 'last'].flatMap((which) =>
    ['type', 'summary'].map((what) => `${which}_communication_${what}`),
  ),
  ...['last_activity_type', 'last_call_disposition', 'last_call_note', 'last_call_outcome_id'],
  ...['last_email_subject', 'last_email_from', 'last_email_to', 'last_email_user', 'next_task_text'],
  ...['period', 'pipeline_id', 'pipeline_name', 'status_label', 'status_type'].map(
    (what) => `primary_opportunity_${what}`,
  ),
  ...['total', 'active', 'won', 'lost'].map((which) => `${which}_opportunity_value_summary`),
];

const USERS = [
  ...['first_communication', 'last_communication', 'last_activity', 'last_call', 'next_task'],
  'primary_opportunity',
];

const VALUES = ['total', 'avg', 'min', 'max', 'weighted'].flatMap((how) =>
  ['one_time', 'monthly', 'annual', 'annualized'].flatMap((period) =>
    ['', 'active_', 'won_', 'lost_'].map((state) => `${how}_${period}_${state}opportunity_value`),
  ),
);

/** These values follow the content of the account, even if the lead's date does not move. */
const COUNTED: Readonly<Record<string, string>> = {
  num_calls: 'Call',
  num_emails: 'Email',
  num_notes: 'Note',
  num_sms: 'SMS',
  num_meetings: 'Meeting',
};

const NAMES = new Set([
  ...[...COUNTS, ...MOMENTS, ...DAYS, ...TEXTS, ...VALUES, ...Object.keys(COUNTED)],
  ...USERS.flatMap((name) => [`${name}_user_id`, `${name}_user_name`]),
  ...['num_contacts', 'num_opportunities', 'num_tasks', 'times_communicated', 'last_call_duration'],
  ...['primary_opportunity_value', 'primary_opportunity_confidence', 'has_replied', 'lead_score'],
]);

const each = (names: readonly string[], value: (name: string) => unknown): Row =>
  Object.fromEntries(names.map((name) => [name, value(name)]));

function computed(store: Store, ordinal: number): Row {
  const { activity, contact, opportunity, task } = store.tables;
  const random: Random = createRandom(store.seed ^ 0x5a47, ordinal);
  const kinds = activity.ofLead(ordinal).map((n) => ACTIVITY_TYPES[activity.type[n] ?? 0]?.name);
  const moment = () => store.started - random.int(900) * DAY + random.int(1_000_000);
  const [user, userName] = userAt(store, random.int(store.sizes.users));
  return {
    ...each(Object.keys(COUNTED), (name) => kinds.filter((kind) => kind === COUNTED[name]).length),
    num_contacts: contact.ofLead(ordinal).length,
    num_opportunities: opportunity.ofLead(ordinal).length,
    num_tasks: task.ofLead(ordinal).length,
    ...each(COUNTS, () => random.int(9)),
    times_communicated: kinds.length,
    last_call_duration: random.chance(0.5) ? random.int(900) : null,
    ...each(MOMENTS, () => (random.chance(0.7) ? zoned(moment()) : null)),
    ...each(DAYS, () => (random.chance(0.7) ? dateOnly(moment()) : null)),
    ...each(TEXTS, () => (random.chance(0.7) ? phrase(random) : null)),
    ...each(
      USERS.map((name) => `${name}_user_id`),
      () => user,
    ),
    ...each(
      USERS.map((name) => `${name}_user_name`),
      () => userName,
    ),
    ...each(VALUES, (name) => (name.startsWith('avg') ? random.int(99_999) / 3 : random.int(99_999))),
    primary_opportunity_value: random.int(99_999),
    primary_opportunity_confidence: random.int(101),
    has_replied: random.chance(0.5),
    lead_score: random.pick(['A', 7, null]),
  };
}

/** The lead, with those smart fields that are asked for. */
export function withSmartFields(store: Store, row: Row, fields: readonly string[] | undefined): Row {
  if (!asksForSmartFields(fields)) return row;
  return { ...row, ...computed(store, store.tables.lead.find(String(row.id))) };
}

export function asksForSmartFields(fields: readonly string[] | undefined): boolean {
  return fields?.some((name) => name === '_all' || NAMES.has(name)) ?? false;
}
