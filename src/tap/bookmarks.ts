import { SEARCH } from '../close/search.ts';
import type { WalkList, WalkRange } from '../close/walk.ts';
import { NONE } from '../singer/resume.ts';
import type { Instant } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { END, type Span, START } from '../time/span.ts';
import { type Coverage, createCoverage } from './coverage.ts';
import { type BeginningOptions, whereToBegin } from './where-to-begin.ts';

/**
 * How many stretches of one list are remembered at most. At most 65 can arise, since a run has at most 64 slices under
 * way. Usually there are only a few, and people can read the state.
 */
const MOST_REMEMBERED = 80;

export interface Bookkeeper {
  /** What the walk must read. */
  readonly range: WalkRange;
  /**
   * To be called when a page has been written. `list` says whether it came from the walk's main list or its second one.
   */
  add(done: readonly Span[], dates: readonly Instant[], list?: WalkList): void;
  /** Puts into the state how far the stream has been read. `complete` says that all of it has been read. */
  save(complete: boolean): void;
  /** What the user should know about where this stream begins. */
  readonly warnings: readonly string[];
}

export interface BookkeeperOptions extends BeginningOptions {
  readonly startedAt: () => Instant;
  readonly clocksAgree: () => boolean;
}

/** Keeps the bookmark of one stream: where to begin, and how far the run has read. */
export const createBookkeeper = (options: BookkeeperOptions): Bookkeeper => {
  const { stream, key, config, state, startedAt, clocksAgree } = options;
  const { from, bookmark, resume, lookBack, overlap, warnings } = whereToBegin(options);
  // The bookmark of a stream that is read from a search index stays behind the run's start, as far as each run looks back.
  const margin = stream.fromIndex ? lookBack : (stream.margin ?? 0);
  const { finished, alsoFinished } = resume ?? NONE;
  const isResumed = finished.length + alsoFinished.length > 0;
  const ownKey = stream.walk.along === key;
  // Stretches along another date than the bookmark's do not move the bookmark.
  const begin = ownKey ? from : END;
  const coverages = {
    main: createCoverage(begin, finished),
    also: stream.walk.also ? createCoverage(begin, alsoFinished) : null,
  };
  let newest: Instant | null = null;

  /** Up to where every list has been read without a gap. */
  const end = (): Instant => Math.min(coverages.main.end(), coverages.also?.end() ?? END);
  const newestWithoutGap = (): Instant => {
    const newestOfAll = [coverages.main, coverages.also].map((each) => each?.newestWithoutGap() ?? START);
    return Math.min(Math.max(...newestOfAll), end());
  };

  // What an interrupted run wrote is no longer known. Only this is known: it wrote everything up to its start.
  const complete = (started: Instant): Instant =>
    stream.margin === undefined
      ? Math.max(newest ?? START, isResumed ? (resume?.startedAt ?? START) : START)
      : started - stream.margin;
  const partial = (): Instant => {
    if (!ownKey) return START;
    return stream.margin === undefined ? newestWithoutGap() : end();
  };

  return {
    range: { from, finished, alsoFinished, finishedAt: resume?.startedAt ?? null },
    warnings,
    add: (done, dates, list = 'main') => {
      // The date of a meeting is its start. While that is in the future, it does not show how far has been read.
      const present = options.latest();
      const past = dates.filter((date) => date <= present);
      newest = past.reduce((latestDate, date) => Math.max(latestDate, date), newest ?? START);
      if (newest === START) newest = null;
      coverages[list]?.add(done, past);
    },
    save: (isComplete) => {
      if (key === null) return;
      const started = startedAt();
      const limit = started - margin;
      const reached = Math.min(isComplete ? complete(started) : partial(), limit);
      const value = Math.max(bookmark ?? config.start_date, reached);
      // A wrong clock may say that the run began before its bookmark. It must not set the bookmark back.
      const capped = clocksAgree() ? Math.min(value, limit) : value;
      // A row may change and keep its date, or appear late. Such stretches are read again, so they are not remembered.
      const unsettled = Math.max(lookBack, margin, stream.fromIndex ? SEARCH.lateness : 0);
      const settled = ownKey ? started - unsettled : END;
      const left = (coverage: Coverage | null): readonly Span[] =>
        isComplete ? [] : (coverage?.beyond(end(), settled, MOST_REMEMBERED) ?? []);
      // Close drops old rows during the run. Until they are read, a first run has no bookmark: it could skip some.
      const isNowhere = bookmark === null && !isComplete && stream.reach !== undefined && capped <= from;
      const isWideRead = isComplete && stream.fromIndex && (overlap?.isWide ?? true);
      state.set(stream.name, { [key]: isNowhere ? undefined : formatInstant(capped) });
      state.note(stream.name, {
        ...(isWideRead ? { last_wide_read: started } : {}),
        resume: {
          startedAt: Math.min(resume?.startedAt ?? started, started),
          finished: left(coverages.main),
          alsoFinished: left(coverages.also),
        },
      });
    },
  };
};
