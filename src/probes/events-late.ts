import { EVENT_LOG } from '../close/event-log.ts';
import { datedRows } from '../close/paging/dated-rows.ts';
import { RefusedError } from '../errors.ts';
import { counted } from '../json/counted.ts';
import { floorSecond, HOUR, type Instant, SECOND } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import type { Answer } from './answer.ts';
import { throughEvents } from './concerns.ts';
import { EVENTS, eventsWithin } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

interface Hour {
  readonly to: Instant;
  readonly query: Readonly<Record<string, string>>;
  readonly page: Answer;
}

/** The events of an hour that ended `EVENT_LOG.lateness` ago, so that all of them should be in the log by now. */
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

/** So many events must happen between the two looks. With fewer, a late one may simply not have been among them. */
const EXPECTED = 3;

const tryLateness = async (scope: Scope): Promise<Finding> => {
  const { to, query, page: before } = await hourBefore(scope);
  const after = await scope.get(EVENTS.path, query);
  const known = new Set(before.rows.map(({ id }) => id));
  const oldest = Math.min(...datedRows(before.rows, EVENTS.field).map(({ at }) => at));
  // A full page hides older events. One of them may move up to the end of the page, and is not late.
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
    : unknown(`too few events happen within ${Math.max(1, Math.round(seconds))} s`);
};

/** Reads the event log before all other probes. */
export const openProbe: Probe = {
  name: 'events-open',
  assumes: 'The key may read the event log',
  ifFalse:
    'Deletes, and late changes to old objects, are not seen. Ask an admin of the organization for a key.',
  concerns: throughEvents,
  look: tryOpen,
};

/** Reads the event log once more, almost at the end. */
export const lateProbe: Probe = {
  name: 'events-five-minutes',
  assumes: `An event is in the log within ${lengthOf(EVENT_LOG.lateness)}`,
  ifFalse: 'The bookmark passes events that are not in the log yet, so changes may be missed.',
  concerns: throughEvents,
  look: tryLateness,
};
