import { TASK_TYPES } from '../kinds.ts';
import { dateOnly, zoned } from '../moments.ts';
import { createRandom, type Random } from '../random.ts';
import { idOrNull, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { formatted, mailAddress, phoneNumber, phrase } from '../words.ts';
import { leadName } from './lead.ts';
import { taskText } from './traces.ts';

/** The values of a task that list filters need. They follow from its ordinal, so the row need not be made. */
export function taskIsComplete(store: Store, ordinal: number): boolean {
  const patched = store.tables.task.patch(ordinal)?.is_complete;
  return typeof patched === 'boolean' ? patched : createRandom(store.seed ^ 0xd07e, ordinal).chance(0.5);
}

export function taskRow(store: Store, ordinal: number): Row {
  const { task, lead } = store.tables;
  const random = createRandom(store.seed ^ 0x7a51, ordinal);
  const type = TASK_TYPES[task.type[ordinal] ?? 0] ?? 'lead';
  const [user, userName] = random.chance(0.05) ? [null, null] : userAt(store, random.int(store.sizes.users));
  const parent = task.lead[ordinal] ?? -1;
  const complete = taskIsComplete(store, ordinal);
  const at = task.at[ordinal] ?? 0;
  const date = at <= 0 ? null : random.chance(0.6) ? dateOnly(at) : zoned(at);
  const row: Row = {
    _type: type,
    id: task.id(ordinal),
    organization_id: store.id,
    lead_id: idOrNull(lead, parent),
    lead_name: parent < 0 ? null : leadName(store, parent),
    contact_id: null,
    contact_name: null,
    assigned_to: user,
    assigned_to_name: userName,
    text: type === 'lead' ? taskText(store, ordinal) : null,
    date,
    due_date: random.chance(0.1) ? null : date,
    is_dateless: date === null ? true : random.pick([false, null]),
    is_complete: complete,
    view: complete ? 'archive' : at > store.started ? 'future' : 'inbox',
    object_id: null,
    object_type: null,
    priority: random.pick(['medium', null]),
    resolution: null,
    deduplication_key: null,
    agent_config_id: null,
    is_primary_lead_notification: true,
    sequence_id: null,
    sequence_subscription_id: null,
    created_by: user,
    created_by_name: userName,
    updated_by: user,
    updated_by_name: userName,
    date_created: zoned(task.created[ordinal] ?? 0),
    date_updated: zoned(task.updated[ordinal] ?? 0),
  };
  if (type === 'lead') return row;
  Object.assign(row, extras(store, type, ordinal, random));
  // Tasks were recorded in 2023 without these three keys.
  if ((type === 'opportunity_due' || type === 'email_followup') && random.chance(0.5)) {
    delete row.text;
    delete row.due_date;
    delete row.is_dateless;
  }
  return row;
}

function extras(store: Store, type: string, ordinal: number, random: Random): Row {
  if (type === 'opportunity_due') {
    const { opportunity } = store.tables;
    return {
      object_type: 'opportunity',
      object_id: store.sizes.opportunities > 0 ? opportunity.id(random.int(store.sizes.opportunities)) : null,
      opportunity_note: phrase(random),
      opportunity_value: random.int(9999) * 100,
      opportunity_value_currency: 'USD',
      opportunity_value_formatted: '$500',
      opportunity_value_period: 'one_time',
    };
  }
  const about =
    store.sizes.activities > 0 ? store.tables.activity.id(ordinal % store.sizes.activities) : null;
  if (type.includes('email'))
    return {
      object_type: type === 'email_followup' ? 'emailthread' : 'email',
      object_id: about,
      email_id: about,
      emails: [mailAddress(random)],
      subject: random.pick(['(no subject)', phrase(random)]),
      body_preview: random.pick(['', phrase(random)]),
      total_emails_count_in_thread: 1 + random.int(9),
    };
  const [local, remote] = [phoneNumber(random), phoneNumber(random)];
  return {
    object_type: type === 'incoming_sms' ? 'sms' : 'call',
    object_id: about,
    phone: remote,
    phone_formatted: formatted(remote),
    local_phone: local,
    remote_phone: remote,
    remote_phone_formatted: formatted(remote),
    remote_phone_description: random.pick(['United States', null]),
    phone_number_description: random.pick(['Main line', null]),
    voicemail_url: type === 'voicemail' ? `https://api.close.com/call/${about}/voicemail/` : null,
    voicemail_duration: type === 'voicemail' ? random.int(90) : 0,
    recording_url: null,
  };
}
