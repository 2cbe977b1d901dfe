import { HOUR } from '../time/instant.ts';

/** Facts about Close's search, and about the index behind it. */
export const SEARCH = {
  path: '/data/search/',
  /** Its name in messages. */
  name: 'POST /data/search/',
  /** The most rows of a page; the server refuses more. */
  limit: 200,
  /** So many fields were seen to be accepted in one search, and 140 to be refused. */
  fields: 80,
  /** The fields that every walk needs. */
  needed: ['id', 'date_created', 'date_updated'],
  /**
   * The sorts to try, the best first. With one date or none, rows of equal date may get lost between the pages of a
   * cursor. The count then shows that they are missing.
   */
  sorts: [['date_updated', 'date_created'], ['date_updated'], []],
  /** A count may be this much too high: it may include objects that were deleted. */
  gone: 10,
  /**
   * The longest delay of its index that is expected, in microseconds. The longest that was seen, in 2026, was almost two
   * hours; this is three times that.
   */
  lateness: 6 * HOUR,
} as const;
