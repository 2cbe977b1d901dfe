import type { Row } from '../table.ts';
import { formatted, phoneNumber, phrase } from '../words.ts';
import type { ActivityScope } from './activity.ts';
import { sequenceFields } from './sequence-fields.ts';

const STATUSES = [
  'completed',
  'completed',
  'completed',
  'no-answer',
  'busy',
  'failed',
  'in-progress',
  'cancel',
  'timeout',
  'created',
];
const DISPOSITIONS = [
  'answered',
  'no-answer',
  'vm-answer',
  'vm-left',
  'busy',
  'blocked',
  'error',
  'abandoned',
  null,
];

/** A call. Costs are US cents as a string, and countries may be empty. Older calls have all fields too. */
export function callFields({ random, store, ordinal, user, created }: ActivityScope): Row {
  const remote = phoneNumber(random);
  const local = random.chance(0.1) ? null : phoneNumber(random);
  const note = random.chance(0.3) ? phrase(random) : null;
  const id = store.tables.activity.id(ordinal);
  const answered = random.chance(0.6);
  const voicemail = !answered && random.chance(0.3);
  return {
    direction: random.chance(0.7) ? 'outbound' : 'inbound',
    status: random.pick(STATUSES),
    disposition: random.pick(DISPOSITIONS),
    call_method: random.pick(['regular', 'regular', 'power', 'predictive']),
    source: random.chance(0.9) ? 'Close.io' : 'External',
    duration: answered ? random.int(1800) : 0,
    voicemail_duration: voicemail ? random.int(60) : 0,
    voicemail_url: voicemail ? `https://api.close.com/call/${id}/voicemail/` : null,
    has_recording: answered,
    recording_duration: answered ? random.int(1800) : null,
    recording_url: answered ? `https://api.close.com/call/${id}/recording/` : null,
    recording_expires_at: null,
    recording_history: [],
    cost: random.pick(['2', '0', '1.5', '12', null]),
    phone: remote,
    remote_phone: remote,
    remote_phone_formatted: formatted(remote),
    remote_country_iso: random.pick(['US', 'US', 'DE', '']),
    local_phone: local,
    local_phone_formatted: local === null ? null : formatted(local),
    local_country_iso: local === null ? '' : 'US',
    note,
    note_html: note === null ? null : `<body><p>${note}</p></body>`,
    note_mentions: [],
    date_answered: answered ? created : null,
    outcome_id: null,
    outcome_reason: null,
    outcome_autofill_confidence: null,
    outcome_autofill_reasoning: null,
    coach_legs: [],
    dialer_id: random.chance(0.1) && user !== null ? `dial_${id.slice(5)}` : null,
    dialer_saved_search_id: null,
    is_forwarded: false,
    forwarded_to: null,
    is_joinable: false,
    is_to_group_number: random.chance(0.1),
    transferred_from: random.chance(0.02) ? 'Sales team' : null,
    transferred_from_user_id: null,
    transferred_to: random.chance(0.02) ? 'Support team' : null,
    transferred_to_user_id: null,
    parent_meeting_id: null,
    quality_info: null,
    conversation_type_id: null,
    conversation_type_reason: null,
    playbook_id: null,
    playbook_reason: null,
    agent_config_id: null,
    notetaker_id: null,
    ...sequenceFields(random, store),
  };
}
