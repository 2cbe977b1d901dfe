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
 * How much earlier than its event an object may be dated: Close dates the two one after the other, and it merges events
 * that follow each other within a few seconds. So with a guessed version, a change is not noticed if it follows, within
 * these seconds, a change that was read.
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

/** @param watched the objects whose changes are kept; those of all others are forgotten */
export const createChanges = (watched: readonly Watched[]): Changes => {
  const latest = new Map<string, Change>();

  const keep = (change: Change): void => {
    if (!watched.some(({ type }) => isOfType(change.objectType, type))) return;
    const known = latest.get(change.objectId);
    const created = change.created || known?.created === true;
    // A deleted object does not come back. But an older event may arrive later than the delete.
    if (!known || change.deleted || known.deleted) {
      const mergedInto = change.mergedInto ?? known?.mergedInto ?? null;
      const last = known?.deleted && !change.deleted ? known : change;
      latest.set(change.objectId, { ...last, created, mergedInto });
      return;
    }
    const [newest, older] = known.at > change.at ? [known, change] : [change, known];
    const { version, isExact } = newest.version >= older.version ? newest : older;
    latest.set(change.objectId, { ...newest, version, isExact, created });
  };

  /**
   * The lead into which this lead was merged, or null. Events of the lead's other objects name the two leads as well.
   */
  const destinationOf = ({ meta }: Row, objectId: string): string | null => {
    if (!isRecord(meta) || meta.merge_source_lead_id !== objectId) return null;
    return typeof meta.merge_destination_lead_id === 'string' ? meta.merge_destination_lead_id : null;
  };

  /** Notes the lead that was deleted by a merge. */
  const addMerged = (event: Row, at: Instant): void => {
    const source = isRecord(event.meta) ? event.meta.merge_source_lead_id : null;
    if (event.action !== 'merged' || typeof source !== 'string') return;
    const known = latest.get(source);
    if (known?.deleted && known.mergedInto !== null) return;
    const merged = {
      objectType: 'lead',
      objectId: source,
      at,
      deleted: true,
      mergedInto: destinationOf(event, source) ?? textOf(event, 'object_id'),
      created: false,
      previous: null,
    };
    // The event of the delete is kept, since it shows what the lead was. Only the other lead is added to it.
    keep(
      known?.deleted
        ? { ...known, mergedInto: merged.mergedInto }
        : { ...merged, version: at, isExact: false },
    );
  };

  /** Notes a change of the lead that the event of another object names. */
  const addLead = (event: Row, objectType: string, at: Instant): void => {
    const lead = textOf(event, 'lead_id');
    if (lead === null) return;
    for (const { type, changedThrough = [] } of watched) {
      if (!changedThrough.some((other) => isOfType(objectType, other))) continue;
      const touched = {
        objectType: type,
        objectId: lead,
        at,
        deleted: false,
        mergedInto: null,
        created: false,
        previous: null,
      };
      keep({ ...touched, version: at - ROOM, isExact: false });
    }
  };

  return {
    add: (events, from = START) => {
      for (const event of events) {
        const objectId = textOf(event, 'object_id');
        const objectType = textOf(event, 'object_type');
        const at = instantOf(event, EVENT_LOG.field);
        if (objectId === null || objectType === null || at === null || at < from) continue;
        addMerged(event, at);
        addLead(event, objectType, at);
        const deleted = event.action === 'deleted';
        const previous = deleted && isRecord(event.previous_data) ? event.previous_data : null;
        const stated = versionIn(event, objectId);
        const version = stated ?? at - ROOM;
        const created = event.action === 'created';
        const mergedInto = deleted ? destinationOf(event, objectId) : null;
        const isExact = stated !== null;
        keep({ objectType, objectId, at, deleted, mergedInto, created, previous, version, isExact });
      }
    },
    of: (type, since) =>
      [...latest.values()].filter(({ objectType, at }) => at >= since && isOfType(objectType, type)),
  };
};

/** Reads the event log within these spans, all of it or what the filters choose, and puts its events into `changes`. */
export const readChanges = async (
  spans: readonly Span[],
  changes: Changes,
  context: WalkContext,
  filters: EventFilters = {},
): Promise<void> => {
  const listing = { direction: 'descending', limit: EVENT_LOG.limit } as const;
  await readSlices(spans.map(freshSlice), readEvents(context, filters), listing, context, async (events) =>
    changes.add(events),
  );
};
