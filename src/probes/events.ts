import { EVENT_LOG } from '../close/event-log.ts';
import { datedRows } from '../close/paging/dated-rows.ts';
import { instantOf, type Row } from '../close/row.ts';
import { RefusedError } from '../errors.ts';
import { counted } from '../json/counted.ts';
import { isRecord } from '../json/is-record.ts';
import { DAY, HOUR, MINUTE } from '../time/instant.ts';
import type { Answer } from './answer.ts';
import { throughEvents } from './concerns.ts';
import { EVENTS, eventsWithin, firstPage } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

const FIELD = EVENTS.field;
const LIMIT = String(EVENTS.limit);

/** A key without admin rights sees older events without their data. */
const tryData = async (scope: Scope): Promise<Finding> => {
  const now = scope.now();
  const pages = [
    await firstPage(EVENTS, scope),
    await scope.get(EVENTS.path, eventsWithin(now - EVENT_LOG.reach, now - DAY)),
  ];
  const old = pages.flatMap(({ rows }) =>
    datedRows(rows, FIELD).filter(({ at, row }) => at < now - 2 * HOUR && row.action !== 'deleted'),
  );
  if (old.length === 0) return unknown('there are no events older than two hours');
  return old.some(({ row }) => isRecord(row.data))
    ? holds()
    : fails('events older than two hours have no data');
};

/** With fewer events, a difference may be chance. */
const ENOUGH = 5;

/** The second page, asked for with the cursor of the first; null if there is only one page. */
const nextPage = (scope: Scope): Promise<Answer | null> =>
  scope.once('the next events', async () => {
    const { cursor } = await firstPage(EVENTS, scope);
    return cursor ? scope.get(EVENTS.path, { _cursor: cursor, _limit: LIMIT }) : null;
  });

const tryCursor = async (scope: Scope): Promise<Finding> => {
  await firstPage(EVENTS, scope);
  try {
    const next = await nextPage(scope);
    if (!next) return unknown('the log has one page only');
    return holds();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return fails(`Close refused its own cursor with ${error.status}, a moment after it gave it`);
  }
};

const tryLeadsOn = async (scope: Scope): Promise<Finding> => {
  const first = await firstPage(EVENTS, scope);
  const next = await nextPage(scope);
  if (!next || next.rows.length === 0) return unknown('the log has one page only');
  const ids = new Set(first.rows.map(({ id }) => id));
  const oldest = Math.min(...datedRows(first.rows, FIELD).map(({ at }) => at));
  const isFurther = datedRows(next.rows, FIELD).some(({ row, at }) => at <= oldest && !ids.has(row.id));
  return isFurther ? holds() : fails('the next page has no older event');
};

/**
 * How much later an event is dated than its object says it changed, in microseconds. The object's date states its zone, and
 * the event's does not, so a difference of hours shows another zone. Null if the event does not show the object's date.
 */
const zoneOf = (event: Row): number | null => {
  const at = instantOf(event, FIELD);
  if (at === null || !isRecord(event.data) || event.data.id !== event.object_id) return null;
  const { date_updated: version } = event.data;
  if (typeof version !== 'string' || !/(?:Z|[+-]\d\d:?\d\d)$/.test(version)) return null;
  const changed = instantOf({ id: '', version }, 'version');
  return changed === null ? null : at - changed;
};

/** Time zones differ by at least a quarter of an hour. The dates of an event and its object differ by seconds. */
const NEAR = 2 * MINUTE;

const tryZone = async (scope: Scope): Promise<Finding> => {
  const apart = (await firstPage(EVENTS, scope)).rows.flatMap((event) => zoneOf(event) ?? []);
  if (apart.some((one) => Math.abs(one) <= NEAR)) return holds();
  return apart.length >= ENOUGH
    ? fails(`${counted(apart.length, 'event')} have a date that is far from the change that they describe`)
    : unknown('too few events say when their object changed');
};

/** Assumptions about the event log, which names late changes. `orderProbes` and `boundProbes` try its order and bounds. */
export const eventProbes: readonly Probe[] = [
  {
    name: 'events-data',
    assumes: 'An event holds its object as it was after the change',
    ifFalse:
      'Close shows older data to admins only. The date of the event is used instead, and data in event_log is null.',
    handledBy: 'close/changes.ts',
    concerns: throughEvents,
    look: tryData,
  },
  {
    name: 'events-cursor',
    assumes: 'A cursor of the event log can be followed',
    ifFalse: 'Each page is asked for by its date instead.',
    handledBy: 'close/walks/by-events.ts',
    concerns: throughEvents,
    looksAgain: true,
    look: tryCursor,
  },
  {
    name: 'events-cursor-leads-on',
    assumes: 'A cursor of the event log leads to older events',
    ifFalse: 'The log cannot be read beyond its first page. The walk stops with a message.',
    concerns: throughEvents,
    looksAgain: true,
    look: tryLeadsOn,
  },
  {
    name: 'events-utc',
    assumes: 'Dates in the event log are in UTC',
    ifFalse: 'The tap takes changes for older or newer than they are, so late ones may be missed.',
    concerns: throughEvents,
    look: tryZone,
  },
];
