import { DAY, MINUTE } from '../time/instant.ts';

/**
 * Whether an object type of the event log is this type.
 * @param type with a dot at the end, it stands for all types that begin with it: `activity.`
 */
export const isOfType = (objectType: string, type: string): boolean =>
  type.endsWith('.') ? objectType.startsWith(type) : objectType === type;

/** Facts about Close's event log. */
export const EVENT_LOG = {
  path: '/event/',
  /** The date by which it is filtered and ordered. */
  field: 'date_updated',
  /** The most events of a page; Close refuses more. */
  limit: 50,
  /** How far back it goes from the present, in microseconds. */
  reach: 30 * DAY,
  /** How late an event may arrive, or get a new date by a merge with a later event; in microseconds. */
  lateness: 5 * MINUTE,
} as const;
