import { fieldError } from '../api-error.ts';
import { DAY, type Micros, readMoment, SECOND } from '../moments.ts';
import type { Row } from '../table.ts';

const UNITS: Readonly<Record<string, Micros>> = {
  years: 365 * DAY,
  months: 30 * DAY,
  weeks: 7 * DAY,
  days: DAY,
  hours: 3600 * SECOND,
  minutes: 60 * SECOND,
  seconds: SECOND,
};

export interface MomentScope {
  readonly now: Micros;
  /** The time zone of dates without one, in hours east of UTC. */
  readonly offset: number;
}

/** One end of a `moment_range`; null or absent means that it is open. */
export function momentOf(node: unknown, scope: MomentScope): Micros | undefined {
  if (node === null || node === undefined) return undefined;
  const moment = node as Row;
  switch (moment.type) {
    case 'fixed_utc': {
      const at = typeof moment.value === 'string' ? readMoment(moment.value) : undefined;
      if (at === undefined) throw fieldError('query', 'Invalid ISO 8601 datetime.');
      return at;
    }
    case 'fixed_local_date': {
      const at = typeof moment.value === 'string' ? readMoment(moment.value, scope.offset) : undefined;
      if (at === undefined || (moment.which !== 'start' && moment.which !== 'end'))
        throw fieldError('query', { which: 'This field is required.' });
      return moment.which === 'start' ? at : at + DAY;
    }
    case 'now':
      return scope.now;
    case 'offset': {
      const from = momentOf(moment.moment, scope) ?? scope.now;
      const amounts = Object.entries((moment.offset ?? {}) as Row);
      const span = amounts.reduce((sum, [unit, amount]) => sum + (UNITS[unit] ?? 0) * Number(amount), 0);
      return moment.direction === 'past' ? from - span : from + span;
    }
    default:
      throw fieldError('query', `Unsupported moment type: ${String(moment.type)}.`);
  }
}
