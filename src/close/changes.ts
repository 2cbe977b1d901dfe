import type { Instant } from '../time.ts';
import { readEvents } from './by-events.ts';
import { isRecord } from './is-record.ts';
import { instantOf, type Row } from './row.ts';
import { freshSlice, readSlices } from './slices.ts';
import { END } from './span.ts';
import type { WalkContext } from './walk.ts';

/** What the event log last said of one object. */
export interface Change {
  readonly objectType: string;
  readonly objectId: string;
  readonly at: Instant;
  readonly deleted: boolean;
  /** What a deleted object was; only admins are told. */
  readonly previous: Readonly<Record<string, unknown>> | null;
}

const textOf = (row: Row, field: string): string | null => {
  const value = row[field];
  return typeof value === 'string' ? value : null;
};

/** The newest change of each object, from events in any order. */
export interface Changes {
  add(events: readonly Row[]): void;
  /** Of objects whose type is `type`, or begins with it if it ends in a dot; at or after `since`. */
  of(type: string, since: Instant): readonly Change[];
}

const isOf = (objectType: string, type: string): boolean =>
  type.endsWith('.') ? objectType.startsWith(type) : objectType === type;

/** @param types those that will be asked for; of others nothing is kept */
export const createChanges = (types: readonly string[]): Changes => {
  const latest = new Map<string, Change>();

  const keep = (change: Change): void => {
    if (!types.some((type) => isOf(change.objectType, type))) return;
    const known = latest.get(change.objectId);
    // A deleted object does not come back; an event may only be told late.
    if (known && (known.deleted || known.at > change.at) && !change.deleted) return;
    latest.set(change.objectId, change);
  };

  const addMerged = (event: Row, at: Instant): void => {
    const source = isRecord(event.meta) ? event.meta.merge_source_lead_id : null;
    if (event.action !== 'merged' || typeof source !== 'string' || latest.get(source)?.deleted) return;
    keep({ objectType: 'lead', objectId: source, at, deleted: true, previous: null });
  };

  return {
    add: (events) => {
      for (const event of events) {
        const objectId = textOf(event, 'object_id');
        const objectType = textOf(event, 'object_type');
        const at = instantOf(event, 'date_updated');
        if (objectId === null || objectType === null || at === null) continue;
        addMerged(event, at);
        const deleted = event.action === 'deleted';
        const previous = deleted && isRecord(event.previous_data) ? event.previous_data : null;
        keep({ objectType, objectId, at, deleted, previous });
      }
    },
    of: (type, since) =>
      [...latest.values()].filter(({ objectType, at }) => at >= since && isOf(objectType, type)),
  };
};

/** Reads the event log from `since` on into `changes`. */
export const readChanges = async (since: Instant, changes: Changes, context: WalkContext): Promise<void> => {
  const keeping: WalkContext = {
    ...context,
    emit: async (events) => changes.add(events),
  };
  const listing = { direction: 'descending', limit: 50 } as const;
  await readSlices([freshSlice({ from: since, to: END })], readEvents({}, context), listing, keeping);
};
