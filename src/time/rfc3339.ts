import { type Instant, SECOND } from './instant.ts';

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d\d:?\d\d)?)?$/;

/** Whether a text has the form of a date without a time. */
export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

interface Moment {
  /** Whole seconds since the epoch. */
  readonly seconds: number;
  readonly micros: number;
}

const parseMoment = (text: string): Moment | null => {
  const match = ISO.exec(text.trim());
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A day that does not exist, such as February 30, becomes a day of another month.
  if (date.getUTCMonth() !== Number(month) - 1) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const offset = offsetMinutes(zone);
  if (offset === null) return null;
  const seconds =
    date.getTime() / 1000 + Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second);
  return { seconds, micros: Number(fraction.padEnd(6, '0').slice(0, 6)) };
};

/**
 * Reads an ISO 8601 date or date-time. Without a zone it is UTC: Close's event log writes no zone.
 * @returns null when the text is not a date that exists
 */
export const parseInstant = (text: string): Instant | null => {
  // A fast way for the usual form, since each row is asked for its dates several times. Not for years before 1000:
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (UTC.test(text) && !text.startsWith('0')) return instantOfUtc(text);
  const moment = parseMoment(text);
  return moment === null ? null : moment.seconds * SECOND + moment.micros;
};

const digits = (text: string, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
};

/** The instant of a text that `UTC` matches. */
const instantOfUtc = (text: string): Instant => {
  const ms = Date.UTC(
    digits(text, 0, 4),
    digits(text, 5, 7) - 1,
    digits(text, 8, 10),
    digits(text, 11, 13),
    digits(text, 14, 16),
    digits(text, 17, 19),
  );
  return ms * 1000 + (text[19] === '.' ? digits(text, 20, 26) : 0);
};

const offsetMinutes = (zone: string): number | null => {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
};

const formatMoment = ({ seconds, micros }: Moment): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, -5)}.${String(micros).padStart(6, '0')}Z`;

/** `2026-01-02T03:04:05.678901Z`: always six decimals, always Z. */
export const formatInstant = (instant: Instant): string => {
  const seconds = Math.floor(instant / SECOND);
  return formatMoment({ seconds, micros: Math.round(instant - seconds * SECOND) });
};

/** `2026-01-02T03:04:05Z`, the form that all of Close's filters understand. The fraction is cut off. */
export const formatSecond = (instant: Instant): string =>
  `${new Date(Math.floor(instant / SECOND) * 1000).toISOString().slice(0, -5)}Z`;

const UTC =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{6})?(?:Z|\+00:00)?$/;

/** 0001-01-01 and 9999-12-31T23:59:59. Targets cannot store dates outside, and RFC 3339 cannot write all of them. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/**
 * A date-time in the form that targets need: RFC 3339 in UTC, with six decimals and Z.
 * @returns null when the text is not a date, or is outside the years 0001 to 9999
 */
export const toRfc3339 = (text: string): string | null => {
  // Close writes this form nearly always, and only its zone is changed. Leap days are checked in full, below.
  if (UTC.test(text)) return text[19] === '.' ? `${text.slice(0, 26)}Z` : `${text.slice(0, 19)}.000000Z`;
  // Not through an instant, which cannot hold the microseconds of the year 9999.
  const moment = parseMoment(text);
  const exists = moment !== null && moment.seconds >= FIRST_SECOND && moment.seconds <= LAST_SECOND;
  return exists ? formatMoment(moment) : null;
};
