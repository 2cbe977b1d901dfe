import { HOUR } from '../time/instant.ts';

/** Close's search index was almost two hours late in 2026; this is three times as much. */
export const INDEX_LATENESS = 6 * HOUR;
