import type { EventLog } from './event-log.ts';
import { makeId } from './ids.ts';
import { collectionOf, type Store } from './store.ts';
import type { Row } from './table.ts';

/** The names of kinds in events. Other kinds (users, roles, outcomes, forms, …) have no events. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  bulk_delete: 'bulk_action.delete',
  bulk_edit: 'bulk_action.edit',
  bulk_email: 'bulk_action.email',
  bulk_sequence_subscription: 'bulk_action.sequence_subscription',
  comment: 'comment',
  comment_thread: 'comment_thread',
  custom_activity_type: 'custom_activity_type',
  custom_object_type: 'custom_object_type',
  email_template: 'email_template',
  export: 'export',
  group: 'group',
  lead_status: 'status.lead',
  membership: 'membership',
  opportunity_status: 'status.opportunity',
  phone_number: 'phone_number',
  saved_search: 'saved_search',
  sequence: 'sequence',
  sequence_subscription: 'sequence_subscription',
  sms_template: 'sms_template',
  unsubscribed_email: 'unsubscribed_email',
};

const eventNameOf = (kind: string, { $of }: Row): string | undefined => {
  if (kind !== 'custom_field') return EVENT_NAMES[kind];
  return `custom_fields.${$of === 'custom_object_type' ? 'custom_object' : $of}`;
};

export interface SettingEdits {
  create(kind: string, fields: Row): string;
  update(kind: string, id: string, fields: Row): void;
  remove(kind: string, id: string): void;
}

/** Changes to the small kinds. A user who is removed becomes an inactive member, as in Close. */
export function createSettingEdits(store: Store, log: EventLog): SettingEdits {
  let made = 0;
  const tell = (kind: string, row: Row, action: string, previous: Row): void => {
    const name = eventNameOf(kind, row);
    if (name === undefined) return;
    const { $of: _, ...data } = row;
    const deleted = action === 'deleted';
    log.append({
      objectType: name,
      objectId: String(row.id),
      action,
      lead: -1,
      data: deleted ? null : data,
      previous,
    });
  };

  return {
    create: (kind, fields) => {
      const collection = collectionOf(store, kind);
      made += 1;
      const now = collection.date?.(store.tick());
      const row: Row = {
        ...collection.at(0),
        id: makeId(collection.prefix, store.seed, 500_000 + made),
        ...(now !== undefined && { date_created: now, date_updated: now }),
        ...(kind === 'custom_field' && { $of: 'lead', is_shared: false, accepts_multiple_values: false }),
        ...fields,
      };
      collection.set(row);
      tell(kind, row, 'created', {});
      return String(row.id);
    },
    update: (kind, id, fields) => {
      const collection = collectionOf(store, kind);
      const old = collection.get(id);
      if (old === undefined) throw new Error(`no ${kind} ${id} in the sandbox`);
      const date = collection.date?.(store.tick());
      const row = { ...old, ...(date !== undefined && { date_updated: date }), ...fields };
      collection.set(row);
      if (kind === 'user' || kind === 'custom_field') forgetTexts(store);
      tell(
        kind,
        row,
        'updated',
        Object.fromEntries(Object.keys(fields).map((key) => [key, old[key] ?? null])),
      );
    },
    remove: (kind, id) => {
      const collection = collectionOf(store, kind);
      const old = collection.get(id);
      if (old === undefined) throw new Error(`no ${kind} ${id} in the sandbox`);
      if (kind === 'user') {
        const membership = collectionOf(store, 'membership')
          .all()
          .find((row) => row.user_id === id);
        collection.set({ ...old, $gone: true });
        if (membership === undefined) return;
        collectionOf(store, 'membership').set({ ...membership, $inactive: true });
        tell('membership', membership, 'deactivated', {});
        return;
      }
      collection.delete(id);
      if (kind === 'custom_field') forgetTexts(store);
      tell(kind, old, 'deleted', old);
    },
  };
}

/** Other rows show names of users and statuses, so their cached texts are now wrong. */
function forgetTexts(store: Store): void {
  for (const table of Object.values(store.tables)) table.forgetAll();
}
