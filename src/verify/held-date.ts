import { type Instant, SECOND } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';

/** A date as a warehouse gave it. */
export interface HeldDate {
  readonly at: Instant;
  /** Its smallest unit: a second, a millisecond or a microsecond. */
  readonly grain: number;
}

const MILLISECOND = SECOND / 1000;

/** BigQuery writes the zone as ` UTC`, PostgreSQL and DuckDB as `+00`. */
const usual = (text: string): string =>
  text
    .trim()
    .replace(/ UTC$/, 'Z')
    .replace(/(:\d\d(?:\.\d+)?)([+-]\d\d)$/, '$1$2:00');

/** @returns null when the text is no date */
export const parseHeldDate = (text: string): HeldDate | null => {
  const at = parseInstant(usual(text));
  if (at === null) return null;
  const decimals = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  return { at, grain: decimals === 0 ? SECOND : decimals <= 3 ? MILLISECOND : 1 };
};
