import { ACTIVITY_TYPES } from '../kinds.ts';
import { zoned } from '../moments.ts';
import { createRandom, type Random } from '../random.ts';
import { idOrNull, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { callFields } from './call.ts';
import { emailFields, emailThreadFields } from './email.ts';
import { customActivityFields, formFields, mergeFields } from './filled-in.ts';
import { meetingFields } from './meeting.ts';
import { noteFields, smsFields, whatsAppFields } from './messages.ts';
import {
  createdFields,
  importUpdateFields,
  leadChangeFields,
  opportunityChangeFields,
  taskCompletedFields,
} from './traces.ts';

export interface ActivityScope {
  readonly store: Store;
  readonly random: Random;
  readonly ordinal: number;
  readonly created: string;
  readonly user: string | null;
  readonly userName: string | null;
}

const FIELDS: Readonly<Record<string, (scope: ActivityScope) => Row>> = {
  Call: callFields,
  Email: emailFields,
  EmailThread: emailThreadFields,
  Note: noteFields,
  SMS: smsFields,
  Meeting: meetingFields,
  LeadStatusChange: leadChangeFields,
  OpportunityStatusChange: opportunityChangeFields,
  TaskCompleted: taskCompletedFields,
  Created: createdFields,
  CustomActivity: customActivityFields,
  WhatsAppMessage: whatsAppFields,
  FormSubmission: formFields,
  LeadMerge: mergeFields,
  ImportUpdate: importUpdateFields,
};

/** An activity: the fields of all activities, and those of its type. */
export function activityRow(store: Store, ordinal: number): Row {
  const table = store.tables.activity;
  const random = createRandom(store.seed ^ 0xac71, ordinal);
  const type = ACTIVITY_TYPES[table.type[ordinal] ?? 0]?.name ?? 'Note';
  const [user, userName] = random.chance(0.06) ? [null, null] : userAt(store, random.int(store.sizes.users));
  const contacts = store.sizes.contacts;
  const created = zoned(table.created[ordinal] ?? 0);
  const scope: ActivityScope = { store, random, ordinal, created, user, userName };
  const sharesUsers = type === 'Meeting' || type === 'EmailThread';
  const row: Row = {
    _type: type,
    id: table.id(ordinal),
    organization_id: store.id,
    lead_id: idOrNull(store.tables.lead, table.lead[ordinal] ?? -1),
    contact_id: contacts > 0 && random.chance(0.6) ? store.tables.contact.id(random.int(contacts)) : null,
    user_id: user,
    user_name: userName,
    users: sharesUsers && user !== null ? [user] : [],
    created_by: user,
    created_by_name: userName,
    updated_by: user,
    updated_by_name: userName,
    date_created: created,
    date_updated: zoned(table.updated[ordinal] ?? 0),
    activity_at: random.chance(0.01) ? null : zoned(table.at[ordinal] ?? 0),
    ...FIELDS[type]?.(scope),
  };
  // Recorded TaskCompleted rows have no contact_id, and SMS rows of some accounts have no users.
  if (type === 'TaskCompleted') delete row.contact_id;
  if (type === 'SMS' && random.chance(0.5)) delete row.users;
  return row;
}
