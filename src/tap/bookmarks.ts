import { SEARCH } from '../close/search.ts';
import type { WalkList, WalkRange } from '../close/walk.ts';
import type { Config } from '../config/config.ts';
import { NONE } from '../singer/resume.ts';
import type { State } from '../singer/state.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { END, type Span, START } from '../time/span.ts';
import { type Coverage, createCoverage } from './coverage.ts';
import { lostStretch } from './lost-stretch.ts';
import { overlapOf } from './overlap.ts';

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

export interface BookkeeperOptions {
  readonly stream: StreamDefinition;
  /** The replication key; null if everything is read every time. */
  readonly key: string | null;
  readonly config: Config;
  readonly state: State;
  /** The present. If the clocks disagree, it is the earlier of them. */
  readonly now: Instant;
  /** The present at each call. If the clocks disagree, it is the later of them. */
  readonly latest: () => Instant;
  readonly startedAt: () => Instant;
  readonly clocksAgree: () => boolean;
}

/** Keeps the bookmark of one stream: where to begin, and how far the run has read. */
export const createBookkeeper = (options: BookkeeperOptions): Bookkeeper => {
  const { stream, key, config, state, now, startedAt, clocksAgree } = options;
  const latest = options.latest();
  const warnings: string[] = [];
  const back = stream.lookBack?.(config) ?? 0;
  const stored = key === null ? null : state.instant(stream.name, key);
  if (stored !== null && stored > latest) {
    warnings.push(
      `the bookmark ${formatInstant(stored)} is in the future; this run reads from the present on`,
    );
  }
  const bookmark = stored !== null && stored > latest ? now : stored;
  const notes = state.notes(stream.name);
  // A run that starts in the future cannot have left anything.
  const isLeft = key !== null && notes.resume !== null && notes.resume.startedAt <= latest;
  const resume = isLeft ? notes.resume : null;
  // The bookmark of a stream that is read from a search index stays behind the run's start, as far as each run looks back.
  const behind = stream.fromIndex ? back : (stream.margin ?? 0);
  const overlap =
    bookmark === null || !stream.fromIndex ? null : overlapOf(bookmark, back, notes, config, now);
  const wanted =
    bookmark === null
      ? config.start_date - (stream.looksBackFromStart ? back : 0)
      : (overlap?.from ?? bookmark - back);
  const keeps = stream.reach ?? END;
  const reach = now - keeps;
  const lost = lostStretch(wanted, { from: reach, length: keeps }, bookmark === null, resume);
  if (lost !== null) {
    warnings.push(
      `Close keeps only ${lengthOf(keeps)}; what happened from ` +
        `${formatInstant(lost.from)} to ${formatInstant(lost.to)} can no longer be read`,
    );
  }
  const from = key === null ? START : Math.max(wanted, reach);

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
      const limit = started - behind;
      const reached = Math.min(isComplete ? complete(started) : partial(), limit);
      const value = Math.max(bookmark ?? config.start_date, reached);
      // A wrong clock may say that the run began before its bookmark. It must not set the bookmark back.
      const capped = clocksAgree() ? Math.min(value, limit) : value;
      // A row may change and keep its date, or appear late. Such stretches are read again, so they are not remembered.
      const unsettled = Math.max(back, behind, stream.fromIndex ? SEARCH.lateness : 0);
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
