import { DateTime } from 'luxon';
import { fromMillis, type Instant, toMillis } from './instant.ts';

/** The instant of an HTTP `Date` header, or null. */
export const parseHttpDate = (text: string): Instant | null => {
  const date = DateTime.fromHTTP(text, { zone: 'utc' });
  return date.isValid ? fromMillis(date.toMillis()) : null;
};

/** The same moment one calendar year earlier. */
export const oneYearBefore = (instant: Instant): Instant =>
  fromMillis(DateTime.fromMillis(toMillis(instant), { zone: 'utc' }).minus({ years: 1 }).toMillis());
