import { EVENT_LOG } from '../close/event-log.ts';
import { datedRows } from '../close/paging/dated-rows.ts';
import { RefusedError } from '../errors.ts';
import { floorSecond, HOUR, type Instant, SECOND } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import type { Answer } from './answer.ts';
import { EVENTS, eventsWithin } from './dated-lists.ts';
import { counted, type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { throughEvents } from './touches.ts';

interface Hour {
  readonly to: Instant;
  readonly query: Readonly<Record<string, string>>;
  readonly page: Answer;
}

/** The events of an hour that ended when the last of them should have turned up. */
const hourBefore = (scope: Scope): Promise<Hour> =>
  scope.once('the hour before', async () => {
    const to = scope.now() - EVENT_LOG.lateness;
    const query = eventsWithin(to - HOUR, to);
    return { to, query, page: await scope.get(EVENTS.path, query) };
  });

const tryOpen = async (scope: Scope): Promise<Finding> => {
  try {
    await hourBefore(scope);
    return holds();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return fails(`Close answered ${error.status}`);
  }
};

/** So many would have turned up late by now, were they all late. */
const EXPECTED = 3;

const tryLateness = async (scope: Scope): Promise<Finding> => {
  const { to, query, page: before } = await hourBefore(scope);
  const after = await scope.get(EVENTS.path, query);
  const known = new Set(before.rows.map(({ id }) => id));
  const oldest = Math.min(...datedRows(before.rows, EVENTS.field).map(({ at }) => at));
  // Behind the oldest one of a full page, others may follow where one has left.
  const edge = before.cursor ? floorSecond(oldest) + SECOND : 0;
  const late = datedRows(after.rows, EVENTS.field).filter(
    ({ row, at }) => at >= edge && at < to && !known.has(row.id),
  );
  if (late.length > 0) {
    const longest = Math.max(...late.map(({ at }) => before.at - at));
    return fails(`${counted(late.length, 'event')} came at least ${lengthOf(longest)} late`);
  }
  const seconds = (after.at - before.at) / SECOND;
  const span = before.cursor ? before.at - EVENT_LOG.lateness - oldest : HOUR;
  const expected = (before.rows.length / (span / SECOND)) * seconds;
  return expected >= EXPECTED
    ? holds()
    : unknown(`too little happens to tell within ${Math.max(1, Math.round(seconds))} s`);
};

/** Reads the event log at the beginning of all probes. */
export const openProbe: Probe = {
  name: 'events-open',
  assumes: 'The key may read the event log',
  ifFalse:
    'Changes that Close makes to old objects, and deletes, are not seen. Ask an admin of the organisation for a key.',
  touches: throughEvents,
  look: tryOpen,
};

/** Reads the event log once more near the end of all probes. */
export const lateProbe: Probe = {
  name: 'events-five-minutes',
  assumes: 'An event turns up within five minutes',
  ifFalse: 'The bookmark passes events that are not there yet, so changes may be missed.',
  touches: throughEvents,
  look: tryLateness,
};
