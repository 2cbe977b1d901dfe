/** Instants are whole microseconds since 1970. A double holds them exactly until the year 2255. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;
export const DAY: Micros = 86_400 * SECOND;

const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const days = new Map<number, string>();

/** `2019-03-20`. */
export function dateOnly(at: Micros): string {
  const day = Math.floor(at / DAY);
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10);
    days.set(day, text);
  }
  return text;
}

/** `2019-03-20T10:22:41.163000`, without a zone and always with a fraction (events, pipelines, sequences). */
export function naive(at: Micros): string {
  return `${seconds(at)}.${String(mod(at, SECOND)).padStart(6, '0')}`;
}

/** `2019-03-20T10:22:41.163000+00:00`. A fraction of zero is left out, as Close does. */
export function zoned(at: Micros): string {
  const fraction = mod(at, SECOND);
  return fraction === 0
    ? `${seconds(at)}+00:00`
    : `${seconds(at)}.${String(fraction).padStart(6, '0')}+00:00`;
}

function seconds(at: Micros): string {
  const ofDay = Math.floor(mod(at, DAY) / SECOND);
  const minutes = Math.floor(ofDay / 60);
  return `${dateOnly(at)}T${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[ofDay % 60]}`;
}

function mod(a: number, b: number): number {
  const rest = a % b;
  return rest < 0 ? rest + b : rest;
}

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Reads a date or date-time. A value without a zone is in the given one. Undefined if it is neither. */
export function readMoment(text: string, offsetHours = 0): Micros | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (Number.isNaN(ms) || Number(month) > 12 || Number(day) > 31 || Number(hour) > 24) return undefined;
  const shift = zone === undefined ? offsetHours * 3600 : zoneSeconds(zone);
  return ms * 1000 - shift * SECOND + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function zoneSeconds(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60);
}
