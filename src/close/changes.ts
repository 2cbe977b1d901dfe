import { isRecord } from '../json/is-record.ts';
import { type Instant, SECOND } from '../time/instant.ts';
import { type Span, START } from '../time/span.ts';
import { EVENT_LOG } from './event-log.ts';
import { freshSlice } from './paging/slice.ts';
import { readSlices } from './paging/slices.ts';
import { instantOf, type Row } from './row.ts';
import type { WalkContext } from './walk.ts';
import { readEvents } from './walks/by-events.ts';

/** What the event log last said of one object. */
export interface Change {
  readonly objectType: string;
  readonly objectId: string;
  readonly at: Instant;
  readonly deleted: boolean;
  /** Of a deleted lead: the one that it was merged into, where that is how it went. */
  readonly mergedInto: string | null;
  /** One of the events says that the object was created. */
  readonly created: boolean;
  /** What a deleted object was; only admins are told. */
  readonly previous: Readonly<Record<string, unknown>> | null;
  /** The object's date_updated after the change; a row with an older one was read before it. */
  readonly version: Instant;
  /** The event says the version; otherwise it is taken from the date of the event, with some room. */
  readonly isExact: boolean;
}

/** Objects to be told of. */
export interface Watched {
  /** As the event log calls them; with a dot at the end, the beginning of it. */
  readonly type: string;
  /** Objects of other types whose events change the lead that they name, without an event of its own. */
  readonly changedThrough?: readonly string[];
}

/**
 * Close dates the event and the object one after the other, and merges events that follow each other within a few
 * seconds. A second change within these seconds after one that was read is not noticed by a guessed version.
 */
const ROOM = 5 * SECOND;
/** An index may keep milliseconds only. */
const GRAIN = 1_000;

const textOf = (row: Row, field: string): string | null => {
  const value = row[field];
  return typeof value === 'string' ? value : null;
};

/** The newest change of each object, from events in any order. */
export interface Changes {
  /** Takes in the events that are not older than `from`. */
  add(events: readonly Row[], from?: Instant): void;
  /** Of objects whose type is `type`, or begins with it if it ends in a dot; at or after `since`. */
  of(type: string, since: Instant): readonly Change[];
}

const isOf = (objectType: string, type: string): boolean =>
  type.endsWith('.') ? objectType.startsWith(type) : objectType === type;

const versionIn = (event: Row, objectId: string): Instant | null => {
  const { data } = event;
  if (!isRecord(data) || data.id !== objectId) return null;
  const version = instantOf({ ...data, id: objectId }, 'date_updated');
  return version === null ? null : Math.floor(version / GRAIN) * GRAIN;
};

/** @param watched what will be asked for; of other objects nothing is kept */
export const createChanges = (watched: readonly Watched[]): Changes => {
  const latest = new Map<string, Change>();

  const keep = (change: Change): void => {
    if (!watched.some(({ type }) => isOf(change.objectType, type))) return;
    const known = latest.get(change.objectId);
    const created = change.created || known?.created === true;
    // A deleted object does not come back; an event may only be told late.
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

  /** Every event of a merge names both leads; one of another object that went with it was not merged itself. */
  const destinationOf = ({ meta }: Row, objectId: string): string | null => {
    if (!isRecord(meta) || meta.merge_source_lead_id !== objectId) return null;
    return typeof meta.merge_destination_lead_id === 'string' ? meta.merge_destination_lead_id : null;
  };

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
    // The event of the delete itself, which tells what the lead was, stays what is known of it.
    keep(
      known?.deleted
        ? { ...known, mergedInto: merged.mergedInto }
        : { ...merged, version: at, isExact: false },
    );
  };

  const addLead = (event: Row, objectType: string, at: Instant): void => {
    const lead = textOf(event, 'lead_id');
    if (lead === null) return;
    for (const { type, changedThrough = [] } of watched) {
      if (!changedThrough.some((other) => isOf(objectType, other))) continue;
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
      [...latest.values()].filter(({ objectType, at }) => at >= since && isOf(objectType, type)),
  };
};

/** Reads these stretches of the event log into `changes`. */
export const readChanges = async (
  spans: readonly Span[],
  changes: Changes,
  context: WalkContext,
): Promise<void> => {
  const listing = { direction: 'descending', limit: EVENT_LOG.limit } as const;
  await readSlices(spans.map(freshSlice), readEvents({}, context), listing, context, async (events) =>
    changes.add(events),
  );
};
