import { HOUR } from '../time/instant.ts';

/** Facts about Close's search, and about the index behind it. */
export const SEARCH = {
  path: '/data/search/',
  /** Its name in messages. */
  name: 'POST /data/search/',
  /** The most rows of a page; the server refuses more. */
  limit: 200,
  /** The fields that every walk needs. */
  needed: ['id', 'date_created', 'date_updated'],
  /**
   * The sorts to try, the best first. With one date or none, rows of equal date may get lost between the pages of a
   * cursor. The count then shows that they are missing.
   */
  sorts: [['date_updated', 'date_created'], ['date_updated'], []],
  /** So many objects may be counted and not come: a count may include objects that were deleted. */
  gone: 10,
  /** How late its index may be, in microseconds: in 2026 it was almost two hours late, and this is three times as much. */
  lateness: 6 * HOUR,
} as const;
