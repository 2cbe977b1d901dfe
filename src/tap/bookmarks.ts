import { z } from 'zod';
import { END, type Span, START } from '../close/span.ts';
import type { WalkRange } from '../close/walk.ts';
import type { Config } from '../config.ts';
import type { State } from '../singer/state.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { formatInstant, type Instant, parseInstant } from '../time.ts';
import { createCoverage } from './coverage.ts';
import { INDEX_LATENESS, overlapOf } from './overlap.ts';

/** Stretches that one stream may remember; a state file is to be read by people. */
const MOST_REMEMBERED = 24;

const resumeSchema = z.object({
  run_started: z.string(),
  finished: z.array(z.tuple([z.string().nullable(), z.string().nullable()])),
});

interface Resume {
  readonly finished: readonly Span[];
  readonly startedAt: Instant;
}

/** What an interrupted run left of a stream; anything else under that key counts for nothing. */
const readResume = (value: unknown): Resume | null => {
  const { data } = resumeSchema.safeParse(value);
  const startedAt = data ? parseInstant(data.run_started) : null;
  if (!data || startedAt === null) return null;
  const finished = data.finished.map(([from, to]) => ({
    from: from === null ? START : (parseInstant(from) ?? Number.NaN),
    to: to === null ? END : (parseInstant(to) ?? Number.NaN),
  }));
  return { startedAt, finished: finished.filter((span) => span.from < span.to) };
};

const endOf = (instant: Instant): string | null => (Number.isFinite(instant) ? formatInstant(instant) : null);

const writeResume = ({ startedAt, finished }: Resume): object | undefined =>
  finished.length === 0
    ? undefined
    : {
        run_started: formatInstant(startedAt),
        finished: finished.map((span) => [endOf(span.from), endOf(span.to)]),
      };

export interface Bookkeeper {
  /** What the walk is to read. */
  readonly range: WalkRange;
  /** A page has been written. */
  add(done: readonly Span[], dates: readonly Instant[]): void;
  /** Puts into the state what the stream has come to; `complete` when all of it has been read. */
  save(complete: boolean): void;
  /** What the user ought to know of where this stream begins. */
  readonly warnings: readonly string[];
}

export interface BookkeeperOptions {
  readonly stream: StreamDefinition;
  /** The replication key, or null when everything is to be read. */
  readonly key: string | null;
  readonly config: Config;
  readonly state: State;
  readonly now: Instant;
  readonly startedAt: () => Instant;
}

/** Keeps one stream's bookmark: where to begin, and how far the run has come. */
export const createBookkeeper = (options: BookkeeperOptions): Bookkeeper => {
  const { stream, key, config, state, now, startedAt } = options;
  const warnings: string[] = [];
  const back = stream.lookBack?.(config) ?? 0;
  const stored = key === null ? null : state.instant(stream.name, key);
  if (stored !== null && stored > now) {
    warnings.push(`the bookmark ${formatInstant(stored)} is in the future; reading from now on`);
  }
  const bookmark = stored === null ? null : Math.min(stored, now);
  // A stream that is read from the search index stays behind the run's start as far as each run looks back.
  const behind = stream.fromIndex ? back : (stream.margin ?? 0);
  const overlap =
    bookmark === null || !stream.fromIndex
      ? null
      : overlapOf(bookmark, back, state.bookmark(stream.name), config, now);
  const wanted =
    bookmark === null
      ? config.startDate - (stream.looksBackFromStart ? back : 0)
      : (overlap?.from ?? bookmark - back);
  const reach = stream.reach === undefined ? START : now - stream.reach;
  if (bookmark !== null && wanted < reach) {
    warnings.push(
      `Close keeps no more than ${Math.round((stream.reach ?? 0) / 86_400e6)} days; what happened from ` +
        `${formatInstant(wanted)} to ${formatInstant(reach)} cannot be read any more`,
    );
  }
  const from = key === null ? START : Math.max(wanted, reach);

  const resume = key === null ? null : readResume(state.bookmark(stream.name).resume);
  const finished = resume?.finished ?? [];
  const ownKey = stream.walk.along === key;
  // Stretches along another date than the bookmark's lead it nowhere.
  const coverage = createCoverage(ownKey ? from : END, finished);
  let newest: Instant | null = null;

  // What an interrupted run wrote is known no more, but that it wrote all until its start.
  const complete = (started: Instant): Instant | null =>
    stream.margin === undefined
      ? Math.max(newest ?? START, finished.length > 0 ? (resume?.startedAt ?? START) : START)
      : started - stream.margin;
  const partial = (): Instant | null => {
    if (!ownKey) return null;
    return stream.margin === undefined ? coverage.newestWithoutGap() : coverage.end();
  };

  return {
    range: { from, finished, finishedAt: resume?.startedAt ?? null },
    warnings,
    add: (done, dates) => {
      newest = dates.reduce((latest, date) => Math.max(latest, date), newest ?? START);
      if (newest === START) newest = null;
      coverage.add(done, dates);
    },
    save: (isComplete) => {
      if (key === null) return;
      const started = startedAt();
      const reached = isComplete ? complete(started) : partial();
      const capped = Math.min(reached ?? START, started - behind);
      const value = Math.max(bookmark ?? config.startDate, capped);
      // What may change without moving, or move in late, is read again and so not remembered.
      const unsettled = Math.max(back, behind, stream.fromIndex ? INDEX_LATENESS : 0);
      const settled = ownKey ? started - unsettled : END;
      const left = isComplete ? [] : coverage.beyondGap(settled, MOST_REMEMBERED);
      state.set(stream.name, {
        [key]: formatInstant(Math.min(value, started - behind)),
        ...(isComplete && stream.fromIndex && (overlap?.isWide ?? true)
          ? { last_wide_read: formatInstant(started) }
          : {}),
        resume: writeResume({ finished: left, startedAt: Math.min(resume?.startedAt ?? started, started) }),
      });
    },
  };
};
