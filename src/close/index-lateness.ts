import { HOUR } from '../time/instant.ts';

/**
 * How late the search index may be, in microseconds: in 2026 it was almost two hours late, and this is three times as
 * much.
 */
export const INDEX_LATENESS = 6 * HOUR;
