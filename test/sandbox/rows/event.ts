import { eventObject } from '../kinds.ts';
import { type Micros, naive, zoned } from '../moments.ts';
import { createRandom } from '../random.ts';
import { idOrNull, type Store, type TableKind, userAt } from '../store.ts';
import type { Row } from '../table.ts';

export const EVENT_KINDS: readonly TableKind[] = [
  'lead',
  'contact',
  'opportunity',
  'activity',
  'task',
  'custom_object',
];
export const EVENT_ACTIONS = ['created', 'updated', 'deleted', 'completed'] as const;

/** A column of events holds the kind of the object and the action in one byte. */
export function eventCode(kind: TableKind, action: (typeof EVENT_ACTIONS)[number]): number {
  return EVENT_KINDS.indexOf(kind) * 8 + EVENT_ACTIONS.indexOf(action);
}

export interface EventHead {
  readonly object_type: string;
  readonly object_id: string;
  readonly action: string;
  readonly lead_id: string | null;
  readonly user_id: string | null;
  readonly request_id: string | null;
}

/** Only type and action, so that it is fast enough for every event. */
export function eventKind(store: Store, ordinal: number): Pick<EventHead, 'object_type' | 'action'> {
  const events = store.tables.event;
  const patch = events.patch(ordinal);
  if (patch !== undefined) return patch as unknown as EventHead;
  const code = events.type[ordinal] ?? 0;
  const kind = EVENT_KINDS[code >> 3] ?? 'lead';
  const type = store.tables[kind].type[events.ref[ordinal] ?? 0] ?? 0;
  return { object_type: eventObject(kind, type), action: EVENT_ACTIONS[code & 7] ?? 'updated' };
}

/** The values that list filters need of an event, without its large data. */
export function eventHead(store: Store, ordinal: number): EventHead {
  const events = store.tables.event;
  const patch = events.patch(ordinal);
  if (patch !== undefined) return patch as unknown as EventHead;
  const code = events.type[ordinal] ?? 0;
  const kind = EVENT_KINDS[code >> 3] ?? 'lead';
  const random = createRandom(store.seed ^ 0xe0e0, ordinal);
  const about = events.ref[ordinal] ?? 0;
  const table = store.tables[kind];
  const [user] = random.chance(0.2) ? [null] : userAt(store, random.int(store.sizes.users));
  return {
    ...eventKind(store, ordinal),
    object_id: table.id(about),
    lead_id: idOrNull(store.tables.lead, events.lead[ordinal] ?? -1),
    user_id: user,
    request_id: random.chance(0.3) ? null : `req_${random.int(1e9)}`,
  };
}

export function eventRow(store: Store, ordinal: number): Row {
  const events = store.tables.event;
  const head = eventHead(store, ordinal);
  const id = events.id(ordinal);
  const created = naive(events.created[ordinal] ?? 0);
  const updated = naive(events.updated[ordinal] ?? 0);
  const common = { organization_id: store.id, api_key_id: null, ...head, id };
  const patch = events.patch(ordinal);
  if (patch !== undefined) return { ...common, date_created: created, date_updated: updated };
  const kind = EVENT_KINDS[(events.type[ordinal] ?? 0) >> 3] ?? 'lead';
  const data = dataOf(store, kind, events.ref[ordinal] ?? 0, events.updated[ordinal] ?? 0);
  const deleted = head.action === 'deleted';
  const created_ = head.action === 'created';
  return {
    ...common,
    changed_fields: created_ || deleted ? [] : ['date_updated', 'updated_by'],
    data: deleted ? null : data,
    previous_data: deleted ? data : created_ ? {} : { date_updated: data.date_created, updated_by: null },
    meta:
      head.request_id === null
        ? {}
        : { request_method: 'PUT', request_path: `/api/v1/${kind}/${head.object_id}/` },
    date_created: created,
    date_updated: updated,
  };
}

/** The object as the API showed it at that time, before the account changed. A lead is without its children. */
function dataOf(store: Store, kind: TableKind, ordinal: number, at: Micros): Row {
  return { ...store.tables[kind].original(ordinal), date_updated: zoned(at) };
}
