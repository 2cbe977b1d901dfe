import { EVENT_LOG } from '../close/event-log.ts';
import { boundsOf } from '../close/paging/dated-rows.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import type { Answer } from './answer.ts';
import { readFrom, throughEvents } from './concerns.ts';
import type { Scope } from './scope.ts';

/** A list that walks read in the order of a date. */
export interface DatedList {
  /** Gives the name of a probe of this list, such as `tasks-order`. */
  readonly probe: (what: string) => string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The date by which it is filtered and ordered. */
  readonly field: string;
  readonly direction: 'ascending' | 'descending';
  /** The part of the query that asks for that order; empty where Close sends it unasked. */
  readonly order: Readonly<Record<string, string>>;
  /** The size of a page, in rows. */
  readonly limit: number;
  readonly concerns: (stream: StreamDefinition) => boolean;
}

const listOf = (given: Pick<DatedList, 'probe' | 'path'> & Partial<DatedList>): DatedList => ({
  query: {},
  field: 'date_created',
  direction: 'descending',
  order: {},
  limit: 100,
  concerns: readFrom(given.path),
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
  concerns: throughEvents,
});

export const DATED_LISTS: readonly DatedList[] = [ACTIVITIES, THREADS, TASKS, OPPORTUNITIES, EVENTS];

/** The first page of a list, in the order in which a walk reads it. */
export const firstPage = ({ path, query, order, limit }: DatedList, scope: Scope): Promise<Answer> =>
  scope.read(path, { ...query, ...order, _limit: String(limit) });

/** The query for the newest events between two instants. The second one is not included. */
export const eventsWithin = (from: Instant, to: Instant): Readonly<Record<string, string>> => ({
  ...boundsOf(EVENTS.field, { from, to }),
  _limit: String(EVENTS.limit),
});
