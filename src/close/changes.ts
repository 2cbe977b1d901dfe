import { isRecord } from '../json/is-record.ts';
import { type Instant, SECOND } from '../time/instant.ts';
import { type Span, START } from '../time/span.ts';
import { EVENT_LOG, isOfType } from './event-log.ts';
import { freshSlice } from './paging/slice.ts';
import { readSlices } from './paging/slices.ts';
import { instantOf, type Row } from './row.ts';
import type { WalkContext } from './walk.ts';
import { type EventFilters, readEvents } from './walks/by-events.ts';

/** The newest change of one object, by the event log. */
export interface Change {
  readonly objectType: string;
  readonly objectId: string;
  /** The date of the event. */
  readonly at: Instant;
  readonly deleted: boolean;
  /** For a lead that was merged into another one, and so deleted: the id of the other one. */
  readonly mergedInto: string | null;
  /** Whether one of the events says that the object was created. */
  readonly created: boolean;
  /** The object as it was before it was deleted. Close shows it to admins only. */
  readonly previous: Readonly<Record<string, unknown>> | null;
  /** The object's date_updated after the change. A row with an older date was read before the change. */
  readonly version: Instant;
  /** Whether the event states the version. If not, the version is a guess: the date of the event less `ROOM`. */
  readonly isExact: boolean;
}

/** Objects whose changes are wanted. */
export interface Watched {
  /** Their type by the event log's own name, or with a dot at the end the beginning of it: `activity.` */
  readonly type: string;
  /**
   * Types of other objects. An event of one of them changes the lead that it names, and the lead has no event of its
   * own.
   */
  readonly changedThrough?: readonly string[];
}

/**
 * Close writes the date of an object and of its event one after the other, and merges events that follow each other
 * within a few seconds. So an object may be dated this much earlier than its event. The price: if a version is guessed,
 * a second change within this time is missed.
 */
const ROOM = 5 * SECOND;
/** Versions are rounded down to the millisecond, in microseconds: an index may keep no more. */
const GRAIN = 1_000;

const textOf = (row: Row, field: string): string | null => {
  const value = row[field];
  return typeof value === 'string' ? value : null;
};

/** The newest change of each object, from events in any order. */
export interface Changes {
  /** Takes in events. Those before `from` are left out. */
  add(events: readonly Row[], from?: Instant): void;
  /**
   * The changes at or after `since`. `type` is the type of the objects, or with a dot at the end the beginning of it.
   */
  of(type: string, since: Instant): readonly Change[];
}

const versionIn = (event: Row, objectId: string): Instant | null => {
  const { data } = event;
  if (!isRecord(data) || data.id !== objectId) return null;
  const version = instantOf({ ...data, id: objectId }, 'date_updated');
  return version === null ? null : Math.floor(version / GRAIN) * GRAIN;
};

/** The lead into which this lead was merged, or null. Events of the lead's other objects name the two leads as well. */
const destinationOf = ({ meta }: Row, objectId: string): string | null => {
  if (!isRecord(meta) || meta.merge_source_lead_id !== objectId) return null;
  return typeof meta.merge_destination_lead_id === 'string' ? meta.merge_destination_lead_id : null;
};

/** A change about which the event says nothing else. */
const PLAIN = { deleted: false, mergedInto: null, created: false, previous: null, isExact: false } as const;

/** The change of the event's own object. */
const ownChange = (event: Row, objectType: string, objectId: string, at: Instant): Change => {
  const deleted = event.action === 'deleted';
  const version = versionIn(event, objectId);
  return {
    objectType,
    objectId,
    at,
    deleted,
    mergedInto: deleted ? destinationOf(event, objectId) : null,
    created: event.action === 'created',
    previous: deleted && isRecord(event.previous_data) ? event.previous_data : null,
    version: version ?? at - ROOM,
    isExact: version !== null,
  };
};

/** The lead that was deleted by a merge, if this is the event of a merge. */
const mergedLead = (event: Row, at: Instant): Change | null => {
  const objectId = isRecord(event.meta) ? event.meta.merge_source_lead_id : null;
  if (event.action !== 'merged' || typeof objectId !== 'string') return null;
  const mergedInto = destinationOf(event, objectId) ?? textOf(event, 'object_id');
  return { ...PLAIN, objectType: 'lead', objectId, at, version: at, deleted: true, mergedInto };
};

/** The changes of the lead that the event of another object names. */
const changesOfLead = (
  event: Row,
  objectType: string,
  at: Instant,
  watched: readonly Watched[],
): readonly Change[] => {
  const lead = textOf(event, 'lead_id');
  if (lead === null) return [];
  return watched
    .filter(({ changedThrough = [] }) => changedThrough.some((other) => isOfType(objectType, other)))
    .map(({ type }) => ({ ...PLAIN, objectType: type, objectId: lead, at, version: at - ROOM }));
};

/** What is known of an object after one more change. The two changes may come in any order. */
const joined = (known: Change, change: Change): Change => {
  const created = change.created || known.created;
  // A deleted object does not come back. But an older event may arrive later than the delete.
  if (change.deleted || known.deleted) {
    const last = known.deleted && !change.deleted ? known : change;
    return { ...last, created, mergedInto: change.mergedInto ?? known.mergedInto };
  }
  const [newest, older] = known.at > change.at ? [known, change] : [change, known];
  const { version, isExact } = newest.version >= older.version ? newest : older;
  return { ...newest, version, isExact, created };
};

/** @param watched the objects whose changes are kept; those of all others are forgotten */
export const createChanges = (watched: readonly Watched[]): Changes => {
  const latest = new Map<string, Change>();

  const keep = (change: Change): void => {
    if (!watched.some(({ type }) => isOfType(change.objectType, type))) return;
    const known = latest.get(change.objectId);
    latest.set(change.objectId, known ? joined(known, change) : change);
  };

  const keepMerged = (merged: Change): void => {
    const known = latest.get(merged.objectId);
    if (!known?.deleted) keep(merged);
    // The event of the delete is kept, since it shows what the lead was. Only the other lead is added to it.
    else if (known.mergedInto === null) keep({ ...known, mergedInto: merged.mergedInto });
  };

  return {
    add: (events, from = START) => {
      for (const event of events) {
        const objectId = textOf(event, 'object_id');
        const objectType = textOf(event, 'object_type');
        const at = instantOf(event, EVENT_LOG.field);
        if (objectId === null || objectType === null || at === null || at < from) continue;
        const merged = mergedLead(event, at);
        if (merged) keepMerged(merged);
        for (const change of changesOfLead(event, objectType, at, watched)) keep(change);
        keep(ownChange(event, objectType, objectId, at));
      }
    },
    of: (type, since) =>
      [...latest.values()].filter(({ objectType, at }) => at >= since && isOfType(objectType, type)),
  };
};

/** Reads the event log within these spans, all of it or what the filters choose, and puts its events into `changes`. */
export const readChanges = async (
  spans: readonly Span[],
  changes: Pick<Changes, 'add'>,
  context: WalkContext,
  filters: EventFilters = {},
): Promise<void> => {
  const listing = { direction: 'descending', limit: EVENT_LOG.limit } as const;
  await readSlices(spans.map(freshSlice), readEvents(context, filters), listing, context, async (events) =>
    changes.add(events),
  );
};
