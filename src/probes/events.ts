import { EVENT_LOG } from '../close/event-log.ts';
import { datedRows } from '../close/paging/dated-rows.ts';
import { instantOf, type Row } from '../close/row.ts';
import { RefusedError } from '../errors.ts';
import { isRecord } from '../json/is-record.ts';
import { DAY, HOUR, MINUTE } from '../time/instant.ts';
import type { Answer } from './answer.ts';
import { EVENTS, eventsWithin, firstPage } from './dated-lists.ts';
import { counted, type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { throughEvents } from './touches.ts';

const FIELD = EVENTS.field;
const LIMIT = String(EVENTS.limit);

/** Older ones are shown without their data to a key without admin rights. */
const tryData = async (scope: Scope): Promise<Finding> => {
  const now = scope.now();
  const pages = [
    await firstPage(EVENTS, scope),
    await scope.get(EVENTS.path, eventsWithin(now - EVENT_LOG.reach, now - DAY)),
  ];
  const old = pages.flatMap(({ rows }) =>
    datedRows(rows, FIELD).filter(({ at, row }) => at < now - 2 * HOUR && row.action !== 'deleted'),
  );
  if (old.length === 0) return unknown('there are no events of more than two hours ago');
  return old.some(({ row }) => isRecord(row.data)) ? holds() : fails('events of two hours ago have no data');
};

/** So few may be chance. */
const ENOUGH = 5;

/** The next page, by the cursor of the first. */
const nextPage = (scope: Scope): Promise<Answer | null> =>
  scope.once('the next events', async () => {
    const { cursor } = await firstPage(EVENTS, scope);
    return cursor ? scope.get(EVENTS.path, { _cursor: cursor, _limit: LIMIT }) : null;
  });

const tryCursor = async (scope: Scope): Promise<Finding> => {
  await firstPage(EVENTS, scope);
  try {
    const next = await nextPage(scope);
    if (!next) return unknown('the log is one page');
    return holds();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return fails(`a cursor that was given a moment ago is refused with ${error.status}`);
  }
};

const tryLeadsOn = async (scope: Scope): Promise<Finding> => {
  const first = await firstPage(EVENTS, scope);
  const next = await nextPage(scope);
  if (!next || next.rows.length === 0) return unknown('the log is one page');
  const ids = new Set(first.rows.map(({ id }) => id));
  const oldest = Math.min(...datedRows(first.rows, FIELD).map(({ at }) => at));
  const isFurther = datedRows(next.rows, FIELD).some(({ row, at }) => at <= oldest && !ids.has(row.id));
  return isFurther ? holds() : fails('it leads to no older event');
};

/** The version of the object in an event of it, which bears a zone, and the date of the event, which does not. */
const zoneOf = (event: Row): number | null => {
  const at = instantOf(event, FIELD);
  if (at === null || !isRecord(event.data) || event.data.id !== event.object_id) return null;
  const { date_updated: version } = event.data;
  if (typeof version !== 'string' || !/(?:Z|[+-]\d\d:?\d\d)$/.test(version)) return null;
  const changed = instantOf({ id: '', version }, 'version');
  return changed === null ? null : at - changed;
};

/** Zones differ by quarters of an hour; an event and its object are dated within moments. */
const NEAR = 2 * MINUTE;

const tryZone = async (scope: Scope): Promise<Finding> => {
  const apart = (await firstPage(EVENTS, scope)).rows.flatMap((event) => zoneOf(event) ?? []);
  if (apart.some((one) => Math.abs(one) <= NEAR)) return holds();
  return apart.length >= ENOUGH
    ? fails(`${counted(apart.length, 'event')} are dated hours from what they tell of`)
    : unknown('too few events say when their object changed');
};

/** The event log, in which late changes are found. Its order and its bounds are probed as those of every list. */
export const eventProbes: readonly Probe[] = [
  {
    name: 'events-data',
    assumes: 'Events say what their object was after the change',
    ifFalse:
      'Only admins are told, of more than an hour ago: the version is taken from the date of the event; data in event_log is null.',
    survivedBy: 'close/changes.ts',
    touches: throughEvents,
    look: tryData,
  },
  {
    name: 'events-cursor',
    assumes: 'A cursor of the event log can be followed',
    ifFalse: 'Each page is asked for by date.',
    survivedBy: 'close/walks/by-events.ts',
    touches: throughEvents,
    looksAgain: true,
    look: tryCursor,
  },
  {
    name: 'events-cursor-leads-on',
    assumes: 'A cursor of the event log leads to older events',
    ifFalse: 'The log cannot be read beyond a page; the walk stops with a message.',
    touches: throughEvents,
    looksAgain: true,
    look: tryLeadsOn,
  },
  {
    name: 'events-utc',
    assumes: 'Dates of the event log mean UTC',
    ifFalse: 'Changes are taken for older or newer than they are, so late ones may be missed.',
    touches: throughEvents,
    look: tryZone,
  },
];
