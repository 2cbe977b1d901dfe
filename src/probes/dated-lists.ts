import { EVENT_LOG } from '../close/event-log.ts';
import { boundsOf } from '../close/paging/dated-rows.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import type { Answer } from './answer.ts';
import type { Scope } from './scope.ts';
import { readFrom, throughEvents } from './touches.ts';

/** A list that walks read along a date. */
export interface DatedList {
  /** The name of a probe of it. */
  readonly probe: (what: string) => string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The date by which it is filtered and ordered. */
  readonly field: string;
  readonly direction: 'ascending' | 'descending';
  /** What asks for that order, where it is not Close's own. */
  readonly order: Readonly<Record<string, string>>;
  readonly limit: number;
  readonly touches: (stream: StreamDefinition) => boolean;
}

const listOf = (given: Pick<DatedList, 'probe' | 'path'> & Partial<DatedList>): DatedList => ({
  query: {},
  field: 'date_created',
  direction: 'descending',
  order: {},
  limit: 100,
  touches: readFrom(given.path),
  ...given,
});

export const ACTIVITIES = listOf({ probe: (what) => `activities-${what}`, path: '/activity/' });
export const THREADS = listOf({
  probe: (what) => `threads-${what}`,
  path: '/activity/emailthread/',
  limit: 50,
});

const ASCENDING = { direction: 'ascending', order: { _order_by: 'date_created' } } as const;
export const TASKS = listOf({
  probe: (what) => `tasks-${what}`,
  path: '/task/',
  query: { _type: 'all' },
  ...ASCENDING,
});
export const OPPORTUNITIES = listOf({
  probe: (what) => `opportunities-${what}`,
  path: '/opportunity/',
  ...ASCENDING,
});

export const EVENTS = listOf({
  probe: (what) => `events-${what}`,
  path: EVENT_LOG.path,
  field: EVENT_LOG.field,
  limit: EVENT_LOG.limit,
  touches: throughEvents,
});

export const DATED_LISTS: readonly DatedList[] = [ACTIVITIES, THREADS, TASKS, OPPORTUNITIES, EVENTS];

/** Its first page, in the order in which a walk reads it. */
export const firstPage = ({ path, query, order, limit }: DatedList, scope: Scope): Promise<Answer> =>
  scope.read(path, { ...query, ...order, _limit: String(limit) });

/** The newest events of a stretch of time. */
export const eventsWithin = (from: Instant, to: Instant): Readonly<Record<string, string>> => ({
  ...boundsOf(EVENTS.field, { from, to }),
  _limit: String(EVENTS.limit),
});
