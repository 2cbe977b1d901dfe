import { EVENT_LOG } from '../close/event-log.ts';
import { datedRows } from '../close/paging/dated-rows.ts';
import { DAY, type Instant, MINUTE } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { formatSecond } from '../time/rfc3339.ts';
import { ACTIVITIES, EVENTS } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { throughEvents } from './touches.ts';

const FIELD = EVENTS.field;

const DAYS: readonly number[] = [25, 20, 14, 7, 3, 1];
/** So many changes without an event are no accident. */
const ENOUGH = 5;

/** Activities of which the last change was so long ago: each must have left an event then. */
const changesBetween = async (from: Instant, to: Instant, scope: Scope): Promise<number> => {
  const field = ACTIVITIES.field;
  const query = { [`${field}__gte`]: formatSecond(from), [`${field}__lt`]: formatSecond(to), _limit: '100' };
  const { rows } = await scope.get(ACTIVITIES.path, query);
  return datedRows(rows, 'date_updated').filter(({ at }) => at >= from && at < to).length;
};

const tryReach = async (scope: Scope): Promise<Finding> => {
  const now = scope.now();
  const [far = 25, ...nearer] = DAYS;
  /** Whether there are events from before then; null where the bound is not applied. */
  const isReached = async (days: number): Promise<boolean | null> => {
    const bound = now - days * DAY;
    const query = { [`${FIELD}__lt`]: formatSecond(bound), _limit: '1' };
    const [event] = datedRows((await scope.get(EVENTS.path, query)).rows, FIELD);
    return event && event.at >= bound + MINUTE ? null : event !== undefined;
  };
  const isFar = await isReached(far);
  if (isFar === null) return unknown('the bound is not applied');
  if (isFar) return holds(`at least ${far} days`);
  const changes = await changesBetween(now - EVENT_LOG.reach + DAY, now - far * DAY, scope);
  if (changes < ENOUGH) return unknown(`hardly anything changed more than ${far} days ago`);
  for (const days of nearer) if (await isReached(days)) return fails(`it has ${days} days, and not ${far}`);
  return fails('it has no event of more than a day ago');
};

export const reachProbe: Probe = {
  name: 'events-reach',
  assumes: `The event log goes back ${lengthOf(EVENT_LOG.reach)}`,
  ifFalse: 'A sync must run more often than the log reaches back, or late changes and deletes are missed.',
  touches: throughEvents,
  looksAgain: true,
  look: tryReach,
};
