import { type Instant, SECOND } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';

/** A date from a warehouse. */
export interface HeldDate {
  readonly at: Instant;
  /** How exact the date is: a second, a millisecond or a microsecond; in microseconds. */
  readonly grain: number;
}

const MILLISECOND = SECOND / 1000;

/** The date in RFC 3339. BigQuery writes the zone as ` UTC`, PostgreSQL and DuckDB as `+00`. */
const asRfc3339 = (text: string): string =>
  text
    .trim()
    .replace(/ UTC$/, 'Z')
    .replace(/(:\d\d(?:\.\d+)?)([+-]\d\d)$/, '$1$2:00');

/** @returns null if the text is not a date */
export const parseHeldDate = (text: string): HeldDate | null => {
  const at = parseInstant(asRfc3339(text));
  if (at === null) return null;
  const decimals = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  return { at, grain: decimals === 0 ? SECOND : decimals <= 3 ? MILLISECOND : 1 };
};
