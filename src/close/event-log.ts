import { DAY, MINUTE } from '../time/instant.ts';

/** Whether objects that the event log calls so are of this type, or of one that begins so, if it ends in a dot. */
export const isOfType = (objectType: string, type: string): boolean =>
  type.endsWith('.') ? objectType.startsWith(type) : objectType === type;

/** What Close's event log is. */
export const EVENT_LOG = {
  path: '/event/',
  /** The date by which it is filtered and ordered. */
  field: 'date_updated',
  /** Events in a page. More is refused. */
  limit: 50,
  /** How far back from now it goes, in microseconds. */
  reach: 30 * DAY,
  /** How late an event may turn up, or be merged with a later one, which moves its date; in microseconds. */
  lateness: 5 * MINUTE,
} as const;
