import type { Clock } from '../clock.ts';
import { instantOf, type Row } from '../close/row.ts';
import { CLOCK_TOLERANCE, DAY, fromMillis, type Instant } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { START } from '../time/span.ts';

/** If Close's clock is further ahead of everything else that is known, it counts as wrong. */
const MOST_AHEAD = DAY;

const areNear = (local: Instant, server: Instant | null): boolean =>
  server === null || Math.abs(local - server) <= CLOCK_TOLERANCE;

/** The earliest and the latest time at which a run may have begun. */
export interface Began {
  readonly earliest: Instant;
  readonly latest: Instant;
}

/**
 * When a run began: by our clock, by the `Date` of Close's first answer, and by the dates in Close's rows. Some things
 * must not be too late (bookmarks, where the last look begins): they use the earliest. Other things must not be too
 * early (where reading ends): they use the latest. So a wrong clock costs requests, but no row. The rows decide most
 * cases: Close dates a row when it changes it, so no row is newer than the present, whatever a clock says.
 * @param shown the newest date in rows, minus the time from the run's start until the row came
 */
export const judgeBegan = (local: Instant, server: Instant | null, shown: Instant | null): Began => {
  const [earlier, later] = [Math.min(local, server ?? local), Math.max(local, server ?? local)];
  if (server === null || areNear(local, server)) return { earliest: earlier, latest: later };
  // A row that is ahead of both clocks is itself wrong.
  const proven = shown !== null && shown <= later + CLOCK_TOLERANCE ? shown : START;
  const known = Math.max(local, proven);
  const latest = server > known + MOST_AHEAD ? known : Math.max(known, server);
  return { earliest: Math.max(earlier, Math.min(proven, latest)), latest };
};

/** The warning about two clocks that disagree; null if they agree. */
export const warnOfClocks = (local: Instant, server: Instant | null): string | null =>
  server === null || areNear(local, server)
    ? null
    : `Close's clock (the Date of its answers) said ${formatInstant(server)} when this machine's said ` +
      `${formatInstant(local)}: they are ${lengthOf(Math.abs(local - server))} apart. Bookmarks follow the earlier ` +
      "of the two, or the dates in Close's rows if these prove it wrong. So no row is missed, but some may be read " +
      "again. Set this machine's clock if it is wrong";

export interface Clocks {
  /** The run's start. If the clocks disagree, it may be too early, but not too late. */
  readonly startedAt: () => Instant;
  /** The present. If the clocks disagree, it may be too early, but not too late. */
  readonly now: () => Instant;
  /** The present. If the clocks disagree, it may be too late, but not too early. */
  readonly latest: () => Instant;
  /** Whether the two clocks agree well enough. */
  readonly agree: () => boolean;
  /** Takes rows that came from Close just now. Their dates are looked at only if the clocks disagree. */
  readonly show: (rows: readonly Row[]) => void;
  /** The warning about the clocks, after the first answer; null if there is none. */
  readonly warning: () => string | null;
}

/** @param serverStart Close's clock at the run's start, or null while it is not known */
export const createClocks = (clock: Clock, serverStart: () => Instant | null): Clocks => {
  const local = fromMillis(clock.now());
  const elapsed = (): Instant => fromMillis(clock.now()) - local;
  let shown: Instant | null = null;
  const began = (): Began => judgeBegan(local, serverStart(), shown);

  return {
    startedAt: () => began().earliest,
    now: () => began().earliest + elapsed(),
    latest: () => began().latest + elapsed(),
    agree: () => areNear(local, serverStart()),
    show: (rows) => {
      const server = serverStart();
      if (server === null || areNear(local, server)) return;
      const passed = elapsed();
      for (const row of rows) {
        const date = (instantOf(row, 'date_updated') ?? START) - passed;
        // A date that is ahead of both clocks is wrong, and would hide the dates that prove something.
        if (date > (shown ?? START) && date <= Math.max(local, server) + CLOCK_TOLERANCE) shown = date;
      }
    },
    warning: () => warnOfClocks(local, serverStart()),
  };
};
