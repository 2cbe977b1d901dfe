import { DAY, type Micros, SECOND } from './moments.ts';
import type { Random } from './random.ts';

/**
 * The dates of events in a growing company: more every month, mostly on working days between nine and six,
 * little at weekends, and sometimes many within one minute (a dialer, a bulk e-mail).
 */
export interface History {
  readonly from: Micros;
  readonly to: Micros;
  moment(random: Random): Micros;
}

export function createHistory(from: Micros, to: Micros, random: Random): History {
  const span = to - from;
  const bursts = Array.from({ length: 12 }, () => from + Math.floor(span * Math.sqrt(random.next())));

  const draw = (r: Random): Micros => {
    const at = from + span * r.next() ** 0.6;
    const day = Math.floor(at / DAY);
    const weekday = (day + 4) % 7;
    if ((weekday === 0 || weekday === 6) && r.chance(0.85)) return draw(r);
    const hour = r.chance(0.92) ? 9 + (r.next() + r.next()) * 4.5 : r.next() * 24;
    return day * DAY + hour * 3600 * SECOND;
  };

  const moment = (r: Random): Micros => {
    const at = r.chance(0.05) ? r.pick(bursts) + r.next() * 60 * SECOND : draw(r);
    const exact = grain(Math.floor(at), r);
    return exact > to ? to - Math.floor(r.next() * DAY) : exact;
  };
  return { from, to, moment };
}

/** Half of Close's dates end in milliseconds, some are whole seconds, the rest use every microsecond. */
function grain(at: Micros, random: Random): Micros {
  const draw = random.next();
  if (draw < 0.55) return at - (at % 1000);
  return draw < 0.63 ? at - (at % SECOND) : at;
}
