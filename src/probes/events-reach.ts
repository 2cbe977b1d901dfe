import { EVENT_LOG } from '../close/event-log.ts';
import { datedRows } from '../close/paging/dated-rows.ts';
import { DAY, type Instant, MINUTE } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { formatSecond } from '../time/rfc3339.ts';
import { throughEvents } from './concerns.ts';
import { ACTIVITIES, EVENTS } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

const FIELD = EVENTS.field;

const DAYS: readonly number[] = [25, 20, 14, 7, 3, 1];
/** If so many changes all have no event, that is not chance. */
const ENOUGH = 5;

/** How many activities changed last between these instants. Each of them must have an event of that time. */
const changesBetween = async (from: Instant, to: Instant, scope: Scope): Promise<number> => {
  const field = ACTIVITIES.field;
  const query = { [`${field}__gte`]: formatSecond(from), [`${field}__lt`]: formatSecond(to), _limit: '100' };
  const { rows } = await scope.get(ACTIVITIES.path, query);
  return datedRows(rows, 'date_updated').filter(({ at }) => at >= from && at < to).length;
};

const tryReach = async (scope: Scope): Promise<Finding> => {
  const now = scope.now();
  const [far = 25, ...nearer] = DAYS;
  /** Whether there is an event older than so many days; null if Close does not apply the bound. */
  const isReached = async (days: number): Promise<boolean | null> => {
    const bound = now - days * DAY;
    const query = { [`${FIELD}__lt`]: formatSecond(bound), _limit: '1' };
    const [event] = datedRows((await scope.get(EVENTS.path, query)).rows, FIELD);
    return event && event.at >= bound + MINUTE ? null : event !== undefined;
  };
  const isFar = await isReached(far);
  if (isFar === null) return unknown('Close does not apply the bound');
  if (isFar) return holds(`at least ${far} days`);
  const changes = await changesBetween(now - EVENT_LOG.reach + DAY, now - far * DAY, scope);
  if (changes < ENOUGH) return unknown(`too little changed more than ${far} days ago`);
  for (const days of nearer)
    if (await isReached(days)) return fails(`it goes back ${days} days, but not ${far}`);
  return fails('it has no event older than a day');
};

export const reachProbe: Probe = {
  name: 'events-reach',
  assumes: `The event log goes back ${lengthOf(EVENT_LOG.reach)}`,
  ifFalse:
    'If the time between two syncs is longer than the log goes back, late changes and deletes are missed.',
  concerns: throughEvents,
  looksAgain: true,
  look: tryReach,
};
