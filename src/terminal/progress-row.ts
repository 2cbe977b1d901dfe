import type { Instant } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { cutTo, grouped } from './columns.ts';

/** How a stream ended. */
export type Ending = 'done' | 'failed' | 'stopped';

/** A stream that the run will read. */
export interface WatchedStream {
  readonly name: string;
  /** It is read newest first, so the date it has reached does not say how much is left. */
  readonly newestFirst: boolean;
}

/** What is known so far for the line of a stream. */
export interface ProgressRow extends WatchedStream {
  startedMs: number | null;
  records: number;
  at: Instant | undefined;
  expected: number | undefined;
  end: { readonly atMs: number; readonly how: Ending } | null;
}

/** An estimate needs at least this much time, and this share of the records. */
const ESTIMATE_AFTER_MS = 5_000;
const ESTIMATE_AFTER_SHARE = 0.05;

/** Writes a duration as `42 s`, `3 min 5 s` or `1 h 2 min`. */
export const durationOf = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** If there is no room for all streams, those with the lowest rank are shown. */
export const rankOf = ({ startedMs, end }: ProgressRow): number => {
  if (end === null) return startedMs === null ? 1 : 0;
  return end.how === 'done' ? 3 : 2;
};

/** How much has been read and how long the rest may take; null if the server does not count. */
const estimateOf = ({ records, expected, startedMs }: ProgressRow, now: number): string | null => {
  if (expected === undefined || expected <= 0 || startedMs === null) return null;
  const share = Math.min(1, records / expected);
  const percent = `${Math.floor(share * 100)} % of ${grouped(expected)}`;
  const elapsed = now - startedMs;
  if (elapsed < ESTIMATE_AFTER_MS || share < ESTIMATE_AFTER_SHARE || share === 1) return percent;
  const leftMs = (elapsed / share) * (1 - share);
  return leftMs < 1000 ? percent : `${percent}, about ${durationOf(leftMs)} left`;
};

const whereOf = (row: ProgressRow, now: number): string => {
  const { end, startedMs, at, newestFirst } = row;
  if (end !== null) {
    const taken = startedMs === null ? '' : ` in ${durationOf(end.atMs - startedMs)}`;
    return `${end.how}${taken}`;
  }
  if (startedMs === null) return 'not started';
  const estimate = estimateOf(row, now);
  if (estimate !== null) return estimate;
  if (at === undefined) return 'reading';
  return `${newestFirst ? 'newest first, now at' : 'at'} ${formatInstant(at).slice(0, 16).replace('T', ' ')}`;
};

/** The line of a stream. */
export const describeRow = (row: ProgressRow, now: number, names: number, columns: number): string => {
  const { name, records, startedMs, end } = row;
  const seconds = startedMs === null ? 0 : ((end?.atMs ?? now) - startedMs) / 1000;
  const rate = seconds >= 1 && records > 0 ? `${grouped(records / seconds)}/s` : '';
  const cells = [
    cutTo(name, names).padEnd(names),
    grouped(records).padStart(11),
    // A narrow terminal has no room for the speed.
    ...(columns < 60 ? [] : [rate.padStart(9)]),
    ` ${whereOf(row, now)}`,
  ];
  return cells.join(' ').trimEnd();
};
